package io.rapidbyte.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command prints and what it may know of its surroundings.
 *
 * @param out for results
 * @param err for failures, warnings and progress
 * @param terminal whether somebody watches {@code out}, so that lines may be drawn again in place
 * @param environment of the process
 */
public record Console(
    PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
  private static final int DEFAULT_WIDTH = 100;

  public Console {
    environment = Map.copyOf(environment);
  }

  /**
   * The process's own, in UTF-8 whatever the locale. Whether there is a terminal the launcher says,
   * by the property {@code rapidbyte.terminal}.
   */
  public static Console ofProcess() {
    return new Console(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
        Boolean.getBoolean("rapidbyte.terminal"),
        System.getenv());
  }

  /** Columns of the terminal, or a width that reads well in a file. */
  public int width() {
    try {
      return Math.max(60, Integer.parseInt(environment.getOrDefault("COLUMNS", "")));
    } catch (NumberFormatException _) {
      return DEFAULT_WIDTH;
    }
  }
}
