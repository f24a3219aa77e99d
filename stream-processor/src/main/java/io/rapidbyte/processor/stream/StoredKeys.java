package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.rows.StaleKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keys whose newest row was not delivered, in a store that commits with the outputs. */
final class StoredKeys implements StaleKeys {
  private static final byte[] MARK = {1};

  private final KeyValueStore<byte[], byte[]> store;
  private int count;

  StoredKeys(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
    this.count = all().size();
  }

  private List<byte[]> all() {
    List<byte[]> keys = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> entries = store.all()) {
      while (entries.hasNext()) {
        KeyValue<byte[], byte[]> entry = entries.next();
        keys.add(entry.key);
      }
    }
    return keys;
  }

  @Override
  public boolean isEmpty() {
    return count == 0;
  }

  @Override
  public boolean contains(String key) {
    return count > 0 && store.get(key.getBytes(UTF_8)) != null;
  }

  @Override
  public void add(String key) {
    if (store.putIfAbsent(key.getBytes(UTF_8), MARK) == null) {
      count++;
    }
  }

  @Override
  public void remove(String key) {
    if (store.delete(key.getBytes(UTF_8)) != null) {
      count--;
    }
  }

  @Override
  public void clear() {
    if (count > 0) {
      all().forEach(store::delete);
      count = 0;
    }
  }
}
