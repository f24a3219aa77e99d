package io.rapidbyte.schemas.fault;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A named place where a crash is worth surviving.
 *
 * <p>Inert in production. With {@code -Dfp=name:nth} the process halts without any clean-up at the
 * nth hit of {@code name}, as if killed with -9; with {@code -Dfp=name:nth:stall} the thread that
 * hits it stops for ever.
 */
public final class Failpoint {
  /** The exit code of a halt, that of a process killed with -9. */
  public static final int EXIT_CODE = 137;

  /** What a process says on standard error when a thread of it stands still here. */
  public static final String STALLED = "stands still at failpoint";

  private static final @Nullable Armed ARMED =
      Optional.ofNullable(System.getProperty("fp")).map(Armed::parse).orElse(null);

  private Failpoint() {}

  /** Does nothing, unless this process was started to die here. */
  public static void hit(String name) {
    if (ARMED != null) {
      ARMED.hit(name);
    }
  }

  private record Armed(String name, int nth, boolean stall, AtomicInteger hits) {
    static Armed parse(String text) {
      String[] parts = text.split(":", -1);
      int nth = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
      return new Armed(
          parts[0], nth, parts.length > 2 && parts[2].equals("stall"), new AtomicInteger());
    }

    void hit(String point) {
      if (!point.equals(name) || hits.incrementAndGet() != nth) {
        return;
      }
      if (!stall) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
      System.err.println(STALLED + " " + point);
      while (true) {
        LockSupport.park(this);
      }
    }
  }
}
