package io.rapidbyte.processor.wasm;

import io.rapidbyte.wasm.InMemoryState;
import io.rapidbyte.wasm.StateChange;
import java.util.List;
import java.util.Optional;

/** State that lasts as long as this object. */
final class GuestStateInMemory implements GuestState {
  private final InMemoryState kept = new InMemoryState();

  @Override
  public Optional<byte[]> get(byte[] key, long nowMillis) {
    return kept.get(key, nowMillis);
  }

  @Override
  public long bytes() {
    return kept.bytes();
  }

  @Override
  public void apply(List<StateChange> changes) {
    kept.apply(changes);
  }
}
