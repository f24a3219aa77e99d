package io.rapidbyte.app.command;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.broker.HomeBroker;
import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.app.supervise.Supervisor;
import io.rapidbyte.app.view.LiveView;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
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

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineSpec spec = pipeline.load(console);
    StopSignal stop = StopSignal.install();
    try (KafkaClients kafka = KafkaClients.open(spec.kafka(), shared.home(console));
        BufferAllocator allocator = new RootAllocator()) {
      kafka.broker().ifPresent(HomeBroker::inherit);
      console.err().println(spec.pipeline() + ": Kafka at " + kafka.bootstrap());
      Board board = new Board(spec);
      run(spec, kafka, allocator, board, stop);
    }
    return Rapidbyte.ok();
  }

  private void run(
      PipelineSpec spec,
      KafkaClients kafka,
      BufferAllocator allocator,
      Board board,
      StopSignal stop) {
    Optional<ErrorInfo> end = Optional.empty();
    try (LiveView _ = LiveView.show(console, board, InstantSource.system());
        Supervisor supervisor = new Supervisor(spec, kafka.settings(), allocator, board)) {
      supervisor.start(roles(), RandomGenerator.getDefault());
      while (!stop.isWished()) {
        Optional<Optional<ErrorInfo>> ended = supervisor.await(Duration.ofMillis(200));
        if (ended.isPresent()) {
          end = ended.get();
          break;
        }
      }
    }
    end.ifPresent(
        error -> {
          throw new RapidbyteException(error);
        });
  }

  private Set<Role> roles() {
    return roles.isEmpty() ? EnumSet.allOf(Role.class) : EnumSet.copyOf(roles);
  }
}
