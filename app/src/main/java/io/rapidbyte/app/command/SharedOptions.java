package io.rapidbyte.app.command;

import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.Logs;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every subcommand has. */
final class SharedOptions {
  enum Output {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "What results look like: ${DEFAULT-VALUE} or json, one object a line.")
  private Output output = Output.TEXT;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens, and show the stack of a failure.")
  private boolean verbose;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      description = "What log lines on the error stream look like.")
  private Logs.Format logFormat = Logs.Format.TEXT;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where the embedded broker keeps its data (default: ~/.rapidbyte).")
  private @Nullable Path home;

  boolean json() {
    return output == Output.JSON;
  }

  boolean verbose() {
    return verbose;
  }

  Logs.Format logFormat() {
    return logFormat;
  }

  Home home(Console console) {
    return home == null ? Home.ofUser(console.environment()) : new Home(home.toAbsolutePath());
  }

  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
