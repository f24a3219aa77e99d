package io.rapidbyte.schemas.error;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before another attempt: doubling from a first delay, capped, jittered. */
public enum Backoff {
  /** From 100 ms: a race that the next attempt wins. */
  FAST(Duration.ofMillis(100)),
  /** From 1 s: a restart, a reconnect. */
  NORMAL(Duration.ofSeconds(1)),
  /** From 5 s: the other side is in trouble. */
  SLOW(Duration.ofSeconds(5));

  /** No delay is longer. */
  public static final Duration CAP = Duration.ofSeconds(60);

  private final Duration first;

  Backoff(Duration first) {
    this.first = first;
  }

  /**
   * The wait before attempt {@code attempt} (0 is the first repetition): between half and the whole
   * of {@code first · 2^attempt}, at most {@link #CAP}.
   */
  public Duration delay(int attempt, RandomGenerator random) {
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt is negative: " + attempt);
    }
    long doubled = first.toMillis() << Math.min(attempt, 16);
    long whole = Math.min(doubled, CAP.toMillis());
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }
}
