package io.rapidbyte.processor.rows;

import java.util.HashSet;
import java.util.Set;

/** Keys that last as long as this object. */
final class KeysInMemory implements StaleKeys {
  private final Set<String> keys = new HashSet<>();

  @Override
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  @Override
  public boolean contains(String key) {
    return keys.contains(key);
  }

  @Override
  public void add(String key) {
    keys.add(key);
  }

  @Override
  public void remove(String key) {
    keys.remove(key);
  }

  @Override
  public void clear() {
    keys.clear();
  }
}
