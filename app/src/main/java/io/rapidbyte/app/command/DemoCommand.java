package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.demo.Demo;
import io.rapidbyte.app.demo.DemoResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole thing with nothing installed. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Replicates a shop that changes while you watch, then compares both sides.",
    description = {
      "",
      "  rapidbyte demo                        # until Ctrl-C",
      "  rapidbyte demo --seconds 30",
      "  rapidbyte demo --seconds 30 --keep /tmp/shop",
      "",
      "Brings its own Postgres, its own Kafka and a temporary folder.",
      "Ends with 0 where source and warehouse are the same, else with 1.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long the shop is changed (default: until Ctrl-C).")
  private @Nullable Integer seconds;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Leave the source's, the broker's and the warehouse's files there.")
  private @Nullable Path keep;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, SQLException {
    Path kept = keep;
    Path folder =
        kept == null
            ? Files.createTempDirectory("rapidbyte-demo")
            : kept.toAbsolutePath().normalize();
    Demo demo = new Demo(console, StopSignal.install(), InstantSource.system());
    DemoResult result =
        demo.play(Optional.ofNullable(seconds).map(Duration::ofSeconds), folder, kept != null);
    if (shared.json()) {
      console.out().println(result.json());
    } else {
      print(result);
    }
    return (result.inSync() ? ExitCode.OK : ExitCode.DIFFERENT).status();
  }

  private void print(DemoResult result) {
    result.verdicts().forEach(console.out()::println);
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d tables, %,d rows copied at %,d rows/s, %,d changes followed, p99 %.0f ms,"
                + " %,d rejected%n",
            result.inSync() ? "in sync" : "NOT in sync",
            result.verdicts().size(),
            result.snapshotRows(),
            result.rowsPerSecond(),
            result.changes(),
            result.p99Millis(),
            result.rejected());
  }
}
