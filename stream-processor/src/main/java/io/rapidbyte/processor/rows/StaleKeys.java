package io.rapidbyte.processor.rows;

/**
 * Keys whose newest row was not delivered. Until a complete row or a delete of such a key passes,
 * its changes with unchanged values have nothing to take them from.
 */
public interface StaleKeys {
  /** None yet, and none kept beyond the object. */
  static StaleKeys inMemory() {
    return new KeysInMemory();
  }

  /** Whether nothing is marked: then no key need be computed. */
  boolean isEmpty();

  /** Whether the key is marked. */
  boolean contains(String key);

  /** Marks a key. */
  void add(String key);

  /** Takes a mark away. */
  void remove(String key);

  /** Takes all marks away. */
  void clear();
}
