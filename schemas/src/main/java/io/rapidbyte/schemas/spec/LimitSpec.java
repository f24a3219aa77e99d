package io.rapidbyte.schemas.spec;

import java.time.Duration;

/**
 * {@code limits}.
 *
 * @param transactionBytes a Postgres transaction above it takes several Kafka transactions
 * @param maxRowBytes a row above it stops its stream
 * @param recordBytes the most a Kafka record's value holds
 * @param memoryBytes a guest's memory
 * @param moduleTimeout a guest call's wall time
 * @param parallelism pieces of work at once in a process; 0 means as many as it has cores
 * @param modules what else holds for guests
 */
public record LimitSpec(
    long transactionBytes,
    long maxRowBytes,
    int recordBytes,
    long memoryBytes,
    Duration moduleTimeout,
    int parallelism,
    ModuleLimitSpec modules) {
  private static final long MIB = 1024L * 1024;

  /** As many pieces of work at once as there are cores. */
  public static final int AUTO = 0;

  /** What holds where the file is silent. */
  public static final LimitSpec DEFAULT =
      new LimitSpec(64 * MIB, 256 * MIB, (int) (8 * MIB), 256 * MIB, Duration.ofSeconds(5), AUTO);

  /** With the defaults for guests. */
  public LimitSpec(
      long transactionBytes,
      long maxRowBytes,
      int recordBytes,
      long memoryBytes,
      Duration moduleTimeout,
      int parallelism) {
    this(
        transactionBytes,
        maxRowBytes,
        recordBytes,
        memoryBytes,
        moduleTimeout,
        parallelism,
        ModuleLimitSpec.DEFAULT);
  }
}
