package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.run.PipelineRun;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.app.view.LiveView;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a pipeline until it is stopped. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    header = "Runs a pipeline: copies what is there, then follows every change.",
    description = {
      "",
      "  rapidbyte run",
      "  rapidbyte run shop.yaml --role ingest     # on a real Kafka, roles may be processes",
      "  rapidbyte run shop.yaml --role sink",
      "",
      "Ctrl-C or SIGTERM stops it cleanly; started again it goes on where it was.",
      "Streams that wait for a resync go on by themselves; if all of them wait, it ends with 7.",
      "A pipeline.yaml:",
      "",
      "  version: 1",
      "  pipeline: shop",
      "  source: { postgres: { url: \"$${env:SOURCE_URL}\" } }",
      "  streams: [ { table: public.* } ]",
      "  destinations:",
      "    warehouse: { duckdb: { path: warehouse.duckdb } }",
      ""
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();
  @Mixin private PipelineArgument pipeline = new PipelineArgument();

  @Option(
      names = "--role",
      split = ",",
      paramLabel = "ingest|process|sink",
      description = "Which parts run in this process (default: all).")
  private List<Role> roles = List.of();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Where metrics, health and status are served, on loopback (default: 8080 on).")
  private int httpPort;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineSpec spec = pipeline.load(console);
    StopSignal stop = StopSignal.install();
    PipelineRun.Settings settings =
        new PipelineRun.Settings(
            shared.home(console),
            roles.isEmpty() ? EnumSet.allOf(Role.class) : EnumSet.copyOf(roles),
            httpPort,
            InstantSource.system(),
            RandomGenerator.getDefault());
    try (PipelineRun run = PipelineRun.start(spec, settings)) {
      console
          .err()
          .println(spec.pipeline() + ": Kafka at " + run.kafka() + ", status at " + run.url());
      untilStopped(run, stop)
          .ifPresent(
              error -> {
                throw new RapidbyteException(error);
              });
    }
    console.err().println(spec.pipeline() + ": stopped");
    return Rapidbyte.ok();
  }

  private Optional<ErrorInfo> untilStopped(PipelineRun run, StopSignal stop) {
    try (LiveView _ = LiveView.show(console, run.board(), InstantSource.system())) {
      while (!stop.isWished()) {
        Optional<Optional<ErrorInfo>> ended = run.await(Duration.ofMillis(200));
        if (ended.isPresent()) {
          return ended.get();
        }
      }
      return run.board().view().resyncNeeded();
    }
  }
}
