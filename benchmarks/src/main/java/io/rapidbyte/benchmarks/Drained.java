package io.rapidbyte.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one process did from the end of its first batch to the end of its last: rows, wall time, and
 * its CPU time over the same span. A server that reads its log before it sends anything, and the
 * start of a process, are no part of it.
 *
 * @param seconds wall time
 * @param cpuSeconds of the whole process, all threads, JIT and GC included
 */
public record Drained(long rows, double seconds, double cpuSeconds) {
  private static final Pattern LINE =
      Pattern.compile("drained rows=(\\d+) seconds=([0-9.]+) cpu=([0-9.]+)");

  /** Rows a second. */
  public double rate() {
    return rows / seconds;
  }

  /** CPU-seconds for a million rows. */
  public double cpuPerMillion() {
    return cpuSeconds * 1_000_000 / rows;
  }

  /** The line that a measured process prints. */
  public String line() {
    return String.format(
        Locale.ROOT, "drained rows=%d seconds=%.3f cpu=%.3f", rows, seconds, cpuSeconds);
  }

  /** Finds the line in a process's output. */
  public static Drained find(String output) {
    Matcher matcher = LINE.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("the process reported nothing:\n" + output);
    }
    return new Drained(
        Long.parseLong(matcher.group(1)),
        Double.parseDouble(matcher.group(2)),
        Double.parseDouble(matcher.group(3)));
  }

  /** Measures this process from its first row on. One thread at a time. */
  public static final class Clock {
    private long startNanos;
    private long startCpuNanos;
    private long startRows;
    private boolean started;

    /**
     * Starts at the first call; later ones do nothing.
     *
     * @param rows that came before it and do not count
     */
    public void start(long rows) {
      if (!started) {
        started = true;
        startRows = rows;
        startNanos = System.nanoTime();
        startCpuNanos = cpuNanos();
      }
    }

    /** What passed since the start. */
    public Drained stop(long rows) {
      return new Drained(
          rows - startRows,
          (System.nanoTime() - startNanos) / 1e9,
          (cpuNanos() - startCpuNanos) / 1e9);
    }

    private static long cpuNanos() {
      return ((com.sun.management.OperatingSystemMXBean)
              ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
  }
}
