package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.type.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers the distinct keys of a step, from 0, in the order in which they are first seen. A key is
 * a byte string; equal bytes are one key.
 */
final class KeyIndex {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final int BYTES_A_KEY = 16;

  private final Bytes arena;
  private int[] table;
  private int[] starts;
  private int[] hashes;
  private int count;

  /** An index with room for {@code keys} keys; it grows beyond. */
  KeyIndex(int keys) {
    int room = Math.max(16, keys);
    arena = new Bytes(room * BYTES_A_KEY);
    table = new int[Integer.highestOneBit(room) * 4];
    starts = new int[room + 1];
    hashes = new int[room];
  }

  /** Where the next key's bytes are to be appended, before {@link #take}. */
  Bytes next() {
    return arena;
  }

  /** The number of the key whose bytes were appended to {@link #next} since the last call. */
  int take() {
    byte[] bytes = arena.array();
    int start = starts[count];
    int end = arena.length();
    int hash = hash(bytes, start, end);
    int mask = table.length - 1;
    int place = hash & mask;
    while (table[place] != 0) {
      int key = table[place] - 1;
      if (hashes[key] == hash
          && Arrays.equals(bytes, starts[key], starts[key + 1], bytes, start, end)) {
        arena.truncate(start);
        return key;
      }
      place = (place + 1) & mask;
    }
    table[place] = count + 1;
    return add(hash, end);
  }

  /** How many distinct keys there are. */
  int size() {
    return count;
  }

  private int add(int hash, int end) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count * 2);
      starts = Arrays.copyOf(starts, count * 2 + 1);
    }
    hashes[count] = hash;
    starts[count + 1] = end;
    int key = count++;
    if (count * 2 > table.length) {
      grow();
    }
    return key;
  }

  private void grow() {
    table = new int[table.length * 2];
    int mask = table.length - 1;
    for (int key = 0; key < count; key++) {
      int place = hashes[key] & mask;
      while (table[place] != 0) {
        place = (place + 1) & mask;
      }
      table[place] = key + 1;
    }
  }

  private static int hash(byte[] bytes, int start, int end) {
    long hash = (end - start) * MIX;
    int i = start;
    for (; i + 8 <= end; i += 8) {
      hash = (hash ^ (long) LONG.get(bytes, i)) * MIX;
      hash ^= hash >>> 29;
    }
    for (; i < end; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * MIX;
      hash ^= hash >>> 32;
    }
    hash *= MIX;
    return (int) (hash >>> 32);
  }
}
