package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Backoff;
import java.time.Duration;

/**
 * How much the host holds and how long it waits.
 *
 * @param groupRows a group ends with the record that reaches it
 * @param groupBytes the same, in bytes of Kafka values
 * @param prefetchBytes read ahead for one partition; its fetching pauses above
 * @param heapBytes the heap that the host may count on: it reads ahead and fetches a part of that
 * @param idleOffset an offset that moved without data is written after it
 * @param restCap the longest rest between two small groups; a rest is as long as the group before
 *     took, so that a destination with a fixed cost is asked less often as that cost grows
 * @param mending how long a stream that waits to be mended rests before it is tried again
 */
public record HostLimits(
    int groupRows,
    long groupBytes,
    long prefetchBytes,
    long heapBytes,
    Duration idleOffset,
    Duration restCap,
    Backoff mending) {
  private static final long MIB = 1024L * 1024;

  /** The share of the heap that read-ahead of all partitions together may take. */
  private static final int HEAP_SHARE = 8;

  private static final int FETCH_SHARE = 16;
  private static final long MOST_FETCHED = 16 * MIB;

  /** What one of {@code lanes} partitions may read ahead, so that all fit into the heap. */
  long prefetchShare(int lanes) {
    return Math.max(2 * MIB, Math.min(prefetchBytes, heapBytes / HEAP_SHARE / Math.max(1, lanes)));
  }

  /** The most that a fetch brings; two of them may be there beside what is read ahead. */
  int fetchBytes() {
    return (int) Math.max(MIB, Math.min(MOST_FETCHED, heapBytes / FETCH_SHARE));
  }

  /**
   * What a pipeline runs with.
   *
   * @param heapBytes this sink's part of the process's heap
   */
  public static HostLimits of(long heapBytes) {
    return new HostLimits(
        131_072,
        32 * MIB,
        24 * MIB,
        heapBytes,
        Duration.ofSeconds(45),
        Duration.ofSeconds(1),
        Backoff.SLOW);
  }
}
