package io.rapidbyte.processor.wasm;

import io.rapidbyte.wasm.StateChange;
import io.rapidbyte.wasm.StateStore;
import java.util.List;

/**
 * What a module keeps between batches, of one task. Read on the guest's thread, written on ours.
 */
public interface GuestState extends StateStore {
  /** For modules without state. */
  GuestState NONE = changes -> {};

  /** Nothing yet, and nothing kept beyond the object. */
  static GuestState inMemory() {
    return new GuestStateInMemory();
  }

  /**
   * Whether it can keep what a call changed; nothing is kept yet.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException of batch scope where it cannot
   */
  default void judge(List<StateChange> changes) {}

  /** Takes out some of what expired at or before a batch's time. */
  default void expire(long nowMillis) {}

  /** Forgets all. */
  default void clear() {}

  /** Keeps what a call changed; durable with the call's output, or not at all. */
  void apply(List<StateChange> changes);
}
