package io.rapidbyte.wasm;

import java.util.Optional;

/**
 * What a guest finds again. It is read on the guest's thread while the caller of the guest waits,
 * and never written there: changes come with {@link Outcome.Done} and are the caller's to apply,
 * together with what was emitted.
 */
public interface StateStore {
  /** Has nothing; for modules that were not granted state. */
  StateStore NONE = new StateStore() {};

  /**
   * The value of a key, unless it expired at or before {@code nowMillis}, which is the batch's
   * time.
   */
  default Optional<byte[]> get(byte[] key, long nowMillis) {
    return Optional.empty();
  }

  /** Keys and values that are stored, in bytes, for the limit; may lag behind a little. */
  default long bytes() {
    return 0;
  }
}
