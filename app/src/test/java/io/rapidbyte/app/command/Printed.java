package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

/** The command run in this process, and what its last run printed. For one thread. */
public final class Printed {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** The exit code of {@code rapidbyte} with these arguments and an empty environment. */
  public int run(String... args) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, Map.of());
    return Rapidbyte.execute(console, args);
  }

  /** What it printed as its result. */
  public String out() {
    return out.toString(UTF_8);
  }

  /** What it printed of failures, warnings and progress. */
  public String err() {
    return err.toString(UTF_8);
  }
}
