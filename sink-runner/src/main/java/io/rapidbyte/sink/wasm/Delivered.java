package io.rapidbyte.sink.wasm;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What of a partition was delivered and is not yet behind its offset: it is not delivered again
 * while this process lives, whatever happens to the rest of its group. One thread at a time.
 */
final class Delivered {
  private final Map<Long, BitSet> rows = new HashMap<>();
  private final Set<String> marks = new HashSet<>();

  /** Rows {@code from} to before {@code to} of a record. */
  void add(long offset, int from, int to) {
    rows.computeIfAbsent(offset, o -> new BitSet()).set(from, to);
  }

  void add(String mark) {
    marks.add(mark);
  }

  boolean has(String mark) {
    return marks.contains(mark);
  }

  /** The first row at or after {@code row} that was not delivered. */
  int nextOpen(long offset, int row) {
    BitSet of = rows.get(offset);
    return of == null ? row : of.nextClearBit(row);
  }

  /** The first row at or after {@code row} that was delivered, at most {@code end}. */
  int nextDone(long offset, int row, int end) {
    BitSet of = rows.get(offset);
    int next = of == null ? -1 : of.nextSetBit(row);
    return next < 0 ? end : Math.min(next, end);
  }

  /** All of it is behind the offset, or nothing is known any more. */
  void clear() {
    rows.clear();
    marks.clear();
  }
}
