package io.rapidbyte.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Ends another process when this one is gone, even by kill -9.
 *
 * <p>A small shell waits for the end of its input, which is ours to close: the operating system
 * closes it with our end. It heeds neither Ctrl-C nor SIGTERM.
 */
public final class Watchdog implements AutoCloseable {
  private static final String SCRIPT =
      "trap '' INT TERM HUP; read line; kill -$1 $0 2>/dev/null; exit 0";

  private final Process shell;

  private Watchdog(Process shell) {
    this.shell = shell;
  }

  /**
   * Watches over a process.
   *
   * @param signal what it is sent, such as {@code KILL}
   */
  public static Watchdog over(long pid, String signal) {
    try {
      return new Watchdog(
          new ProcessBuilder("sh", "-c", SCRIPT, Long.toString(pid), signal).start());
    } catch (IOException e) {
      throw new UncheckedIOException("no shell to watch over process " + pid, e);
    }
  }

  /** Watches no more, for the process has ended or is to live on. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
