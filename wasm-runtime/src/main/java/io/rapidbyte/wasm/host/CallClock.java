package io.rapidbyte.wasm.host;

import io.rapidbyte.schemas.position.Lsn;
import java.time.Instant;

/**
 * Time and random numbers of a call: those of its batch, so that the same batch gives the same
 * output whenever it comes again. Time stands still but for the monotonic clock, which moves a
 * microsecond each time it is asked.
 */
public final class CallClock {
  /** What nanoseconds in 64 bits can tell: the years 1685 to 2255. */
  private static final long MAX_SECONDS = 9_000_000_000L;

  private final long nanos;
  private long monotonicNanos;
  private long random;

  /** The clock of a batch. */
  public CallClock(Instant time, Lsn lsn) {
    long seconds = Math.clamp(time.getEpochSecond(), -MAX_SECONDS, MAX_SECONDS);
    this.nanos = seconds * 1_000_000_000L + time.getNano();
    this.random = nanos * 0x9E3779B97F4A7C15L ^ lsn.bits();
  }

  long millis() {
    return Math.floorDiv(nanos, 1_000_000L);
  }

  long realtimeNanos() {
    return nanos;
  }

  long monotonicNanos() {
    return monotonicNanos += 1000;
  }

  /** The next of SplitMix64's numbers. */
  long nextRandom() {
    random += 0x9E3779B97F4A7C15L;
    long mixed = (random ^ random >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
