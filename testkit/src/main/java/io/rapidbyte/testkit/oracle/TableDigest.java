package io.rapidbyte.testkit.oracle;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Per bucket of keys: how many rows, and two sums of their hashes. Where two sides agree, so do the
 * sets of their rows; where not, only the differing buckets must be read again.
 */
final class TableDigest {
  /** A power of two. */
  private static final int BUCKETS = 1 << 14;

  private final long[] counts = new long[BUCKETS];
  private final long[] high = new long[BUCKETS];
  private final long[] low = new long[BUCKETS];

  void add(int bucket, byte[] hash) {
    counts[bucket]++;
    high[bucket] += number(hash, 0);
    low[bucket] += number(hash, Long.BYTES);
  }

  private static long number(byte[] hash, int from) {
    long value = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      value = (value << 8) | (hash[i] & 0xFF);
    }
    return value;
  }

  long rows() {
    return Arrays.stream(counts).sum();
  }

  long rowsIn(int bucket) {
    return counts[bucket];
  }

  BitSet differing(TableDigest other) {
    BitSet set = new BitSet();
    for (int b = 0; b < BUCKETS; b++) {
      if (counts[b] != other.counts[b] || high[b] != other.high[b] || low[b] != other.low[b]) {
        set.set(b);
      }
    }
    return set;
  }

  /** The bucket of a key. */
  static int bucket(String key) {
    return ((key.hashCode() * 0x9E3779B9) >>> 16) & (BUCKETS - 1);
  }
}
