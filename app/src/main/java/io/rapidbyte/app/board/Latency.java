package io.rapidbyte.app.board;

import io.rapidbyte.sink.SinkObserver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times from a change's commit in the source to its commit in a destination, for groups whose
 * newest change was committed after {@link #since}. Buckets grow by 2 %, so a quantile is that
 * exact. Any thread.
 */
public final class Latency {
  private static final double GROWTH = 1.02;
  private static final int BUCKETS = 1_200;

  private final long[] counts = new long[BUCKETS];
  private long total;
  private long sinceMicros;

  /** Forgets all and counts only what commits from then on, µs since 1970. */
  public synchronized void since(long micros) {
    sinceMicros = micros;
    total = 0;
    java.util.Arrays.fill(counts, 0);
  }

  synchronized void applied(String destination, SinkObserver.Group group) {
    long commit = group.lastCommitMicros().orElse(0);
    if (commit == 0 || commit < sinceMicros) {
      return;
    }
    record(Math.max(0, micros(group.appliedAt()) - commit), group.rows());
  }

  /** µs since 1970. */
  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private void record(long micros, long rows) {
    int bucket = (int) (Math.log((double) Math.max(1, micros)) / Math.log(GROWTH));
    counts[Math.min(bucket, BUCKETS - 1)] += rows;
    total += rows;
  }

  /** The time within which {@code part} of all rows came, in ms; 0 where there were none. */
  public synchronized double quantileMillis(double part) {
    long wanted = (long) Math.ceil((double) total * part);
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) {
        return Math.pow(GROWTH, bucket + 1.0) / 1_000;
      }
    }
    return 0;
  }
}
