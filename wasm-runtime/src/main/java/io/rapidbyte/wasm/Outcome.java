package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.List;

/** How a call of a guest ended. */
public sealed interface Outcome {
  /**
   * It returned in peace.
   *
   * @param emitted in the order of the guest's calls
   * @param rejected each row at most once, in their order
   * @param state the last change of each key; nothing of it is stored yet
   */
  record Done(List<Emission> emitted, List<Rejection> rejected, List<StateChange> state)
      implements Outcome {
    public Done {
      emitted = List.copyOf(emitted);
      rejected = List.copyOf(rejected);
      state = List.copyOf(state);
    }
  }

  /**
   * It did not, or it said that it failed. Nothing that it emitted or stored in this call counts.
   *
   * @param guestStack the guest's functions, innermost first, by the module's names; may be empty
   */
  record Failed(ErrorInfo error, List<String> guestStack) implements Outcome {
    public Failed {
      guestStack = List.copyOf(guestStack);
    }
  }
}
