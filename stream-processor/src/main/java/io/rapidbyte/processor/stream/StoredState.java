package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.StateChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one module keeps, in a store that commits with the outputs; several share the store. An
 * entry is its expiry, eight bytes, and the module's value. What has expired is taken out as
 * batches pass, so many after each that the store and its changelog stay as large as what lives.
 */
final class StoredState implements GuestState {
  /** A value is larger than a record of the changelog. */
  static final String TOO_LARGE = "module/state-value-too-large";

  /** Expired entries that are taken out after a batch at least. */
  private static final int TAKEN_OUT = 256;

  private final KeyValueStore<byte[], byte[]> store;
  private final byte[] prefix;
  private final int maxBytes;
  private final NavigableSet<Expiry> expiries = new TreeSet<>(Expiry.ORDER);
  private final AtomicLong bytes = new AtomicLong();
  private int changed;

  /** When a key goes. */
  private record Expiry(long atMillis, Bytes key) {
    /** The same in every life of a task, so that the same is taken out after the same batch. */
    static final Comparator<Expiry> ORDER =
        Comparator.comparingLong(Expiry::atMillis).thenComparing(Expiry::key);
  }

  /**
   * The state of a module.
   *
   * @param keep under which name it is kept
   * @param maxBytes the most that a record may have
   */
  StoredState(KeyValueStore<byte[], byte[]> store, String keep, int maxBytes) {
    this.store = store;
    this.prefix = (keep + '\0').getBytes(UTF_8);
    this.maxBytes = maxBytes;
    entries().forEach(entry -> count(entry.key, entry.value, 1));
  }

  private List<KeyValue<byte[], byte[]>> entries() {
    List<KeyValue<byte[], byte[]>> mine = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        KeyValue<byte[], byte[]> entry = entries.next();
        if (isMine(entry.key)) {
          mine.add(entry);
        }
      }
    }
    return mine;
  }

  private boolean isMine(byte[] key) {
    return Arrays.equals(key, 0, Math.min(key.length, prefix.length), prefix, 0, prefix.length);
  }

  private static long expiry(byte[] stored) {
    return ByteBuffer.wrap(stored).getLong();
  }

  private void count(byte[] key, byte[] stored, int sign) {
    long size = (long) key.length - prefix.length + stored.length - Long.BYTES;
    bytes.addAndGet(sign * size);
    long at = expiry(stored);
    if (at != Long.MAX_VALUE) {
      Expiry expiry = new Expiry(at, Bytes.wrap(key));
      if (sign > 0) {
        expiries.add(expiry);
      } else {
        expiries.remove(expiry);
      }
    }
  }

  private byte[] key(byte[] ofModule) {
    return ByteBuffer.allocate(prefix.length + ofModule.length).put(prefix).put(ofModule).array();
  }

  @Override
  public Optional<byte[]> get(byte[] key, long nowMillis) {
    byte[] stored = store.get(key(key));
    return stored == null || expiry(stored) <= nowMillis
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(stored, Long.BYTES, stored.length));
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public void judge(List<StateChange> changes) {
    for (StateChange change : changes) {
      if (change instanceof StateChange.Put(var key, var value, _)
          && (long) prefix.length + key.length + value.length + Long.BYTES > maxBytes) {
        throw new RapidbyteException(
            ErrorInfo.permanent(
                Category.DATA,
                Scope.BATCH,
                TOO_LARGE,
                "the module keeps %d bytes under one key, and a record has at most %d"
                    .formatted(value.length, maxBytes),
                "keep less under a key, or raise limits.record"));
      }
    }
  }

  @Override
  public void apply(List<StateChange> changes) {
    for (StateChange change : changes) {
      byte[] key = key(change.key());
      byte[] before = store.get(key);
      if (before != null) {
        count(key, before, -1);
      }
      switch (change) {
        case StateChange.Delete _ when before == null -> {}
        case StateChange.Delete _ -> store.delete(key);
        case StateChange.Put(_, byte[] value, long expiresAtMillis) -> {
          byte[] stored =
              ByteBuffer.allocate(Long.BYTES + value.length)
                  .putLong(expiresAtMillis)
                  .put(value)
                  .array();
          store.put(key, stored);
          count(key, stored, 1);
        }
      }
    }
    changed = changes.size();
  }

  @Override
  public void clear() {
    for (KeyValue<byte[], byte[]> entry : entries()) {
      store.delete(entry.key);
      count(entry.key, entry.value, -1);
    }
  }

  @Override
  public void expire(long nowMillis) {
    int most = TAKEN_OUT + 2 * changed;
    changed = 0;
    for (int i = 0; i < most && !expiries.isEmpty(); i++) {
      Expiry first = expiries.first();
      if (first.atMillis() > nowMillis) {
        return;
      }
      byte[] stored = store.delete(first.key().get());
      if (stored == null) {
        throw new IllegalStateException("a key that is not in the store was to expire");
      }
      count(first.key().get(), stored, -1);
    }
  }
}
