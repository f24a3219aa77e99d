package io.rapidbyte.wasm;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** State that lives as long as this object: for tests of modules. */
public final class InMemoryState implements StateStore {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(byte[] value, long expiresAtMillis) {}

  private final Map<ByteBuffer, Entry> entries = new ConcurrentHashMap<>();

  @Override
  public Optional<byte[]> get(byte[] key, long nowMillis) {
    return Optional.ofNullable(entries.get(ByteBuffer.wrap(key)))
        .filter(entry -> entry.expiresAtMillis() > nowMillis)
        .map(entry -> entry.value().clone());
  }

  @Override
  public long bytes() {
    return entries.entrySet().stream()
        .mapToLong(e -> e.getKey().capacity() + (long) e.getValue().value().length)
        .sum();
  }

  /** Applies what a call changed. */
  public void apply(List<StateChange> changes) {
    for (StateChange change : changes) {
      ByteBuffer key = ByteBuffer.wrap(change.key().clone());
      switch (change) {
        case StateChange.Delete _ -> entries.remove(key);
        case StateChange.Put put ->
            entries.put(key, new Entry(put.value().clone(), put.expiresAtMillis()));
      }
    }
  }

  /** Takes out what expired at or before a batch's time. */
  public void expire(long nowMillis) {
    entries.values().removeIf(entry -> entry.expiresAtMillis() <= nowMillis);
  }

  /** How many keys there are. */
  public int size() {
    return entries.size();
  }
}
