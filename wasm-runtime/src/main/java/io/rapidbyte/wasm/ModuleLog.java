package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a module says, in the log, with its stream and, where they are told, the rows that it works
 * on. In any ten seconds no more of it than one call may say; what is left out is counted.
 */
public final class ModuleLog implements GuestObserver {
  /** The logger's name, by which people raise or lower what modules say. */
  public static final String LOGGER = "io.rapidbyte.module";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  private final String head;
  private final int maxCharacters;
  private final LongSupplier nanos;
  private String where = "";
  private long windowBegan;
  private int said;
  private int leftOut;

  /**
   * The log of one module at one place.
   *
   * @param head stands before each line: the place and the module
   * @param maxCharacters of ten seconds
   * @param nanos a clock that only goes forward
   */
  public ModuleLog(String head, int maxCharacters, LongSupplier nanos) {
    this.head = head;
    this.maxCharacters = maxCharacters;
    this.nanos = nanos;
    this.windowBegan = nanos.getAsLong();
  }

  /** A call begins, on rows at a place. */
  public synchronized void begins(String rows) {
    where = rows;
  }

  @Override
  public void logged(LogLevel level, String line) {
    Level as =
        switch (level) {
          case DEBUG -> Level.DEBUG;
          case INFO -> Level.INFO;
          case WARN -> Level.WARN;
          case ERROR -> Level.ERROR;
        };
    if (LOG.isEnabledForLevel(as)) {
      say(as, line);
    }
  }

  @Override
  public void discarded(ErrorInfo why) {
    String stack = why.details().getOrDefault("guest_stack", "");
    say(Level.WARN, stack.isEmpty() ? why.line() : why.line() + " — in " + stack);
  }

  private synchronized void say(Level level, String line) {
    long now = nanos.getAsLong();
    if (now - windowBegan >= WINDOW_NANOS) {
      windowBegan = now;
      said = 0;
      if (leftOut > 0) {
        LOG.warn("{}: {} lines were left out, for there were too many", head, leftOut);
        leftOut = 0;
      }
    }
    if (said > 0 && said + line.length() > maxCharacters) {
      leftOut++;
      return;
    }
    said += line.length();
    LOG.atLevel(level).log("{}: {}", where.isEmpty() ? head : head + " " + where, line);
  }
}
