package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.schemas.position.Lsn;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One table's copy while workers share it.
 *
 * @param at the consistent point, every row's LSN
 * @param micros when that was, µs since 1970
 * @param estimatedRows how many rows there may be, -1 where unknown
 * @param left ranges not yet handed over
 * @param rows read so far
 */
record CopyTask(
    CopyJob job, Lsn at, long micros, long estimatedRows, AtomicInteger left, AtomicLong rows) {

  /** A range of the task's table, and where its pages are. */
  record Piece(CopyTask task, PageRange range, TablePages pages) {}

  static CopyTask of(CopyJob job, Lsn at, long micros, List<TablePages> leaves, int ranges) {
    boolean known = leaves.stream().allMatch(leaf -> leaf.rows() >= 0);
    long estimate = known ? leaves.stream().mapToLong(TablePages::rows).sum() : -1;
    return new CopyTask(job, at, micros, estimate, new AtomicInteger(ranges), new AtomicLong());
  }
}
