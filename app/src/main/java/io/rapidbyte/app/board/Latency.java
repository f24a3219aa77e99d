package io.rapidbyte.app.board;

import io.rapidbyte.sink.SinkObserver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * Times from a change's commit in the source to its commit in a destination. Each row counts by its
 * own change. Those that were committed since {@link #since} count; where there were none such, all
 * do. Buckets grow by 2 %, so a quantile is that exact. Any thread.
 */
public final class Latency {
  private static final double GROWTH = 1.02;
  private static final int BUCKETS = 1_200;

  private final long[] all = new long[BUCKETS];
  private final long[] recent = new long[BUCKETS];
  private long sinceMicros;

  /** Counts only what commits from then on, µs since 1970. */
  public synchronized void since(long micros) {
    sinceMicros = micros;
    Arrays.fill(recent, 0);
  }

  synchronized void applied(SinkObserver.Group group) {
    long applied = micros(group.appliedAt());
    for (SinkObserver.CommitTime commit : group.commits()) {
      int bucket = bucket(applied - commit.micros());
      all[bucket] += commit.rows();
      if (commit.micros() >= sinceMicros) {
        recent[bucket] += commit.rows();
      }
    }
  }

  private static int bucket(long micros) {
    double exact = Math.log((double) Math.max(1, micros)) / Math.log(GROWTH);
    return Math.min((int) exact, BUCKETS - 1);
  }

  /** µs since 1970. */
  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /** The time within which {@code part} of the rows came, in ms; 0 where there were none. */
  public synchronized double quantileMillis(double part) {
    long[] counts = Arrays.stream(recent).sum() > 0 ? recent : all;
    long total = Arrays.stream(counts).sum();
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
