package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.http.Running;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.app.topics.ControlTopic;
import io.rapidbyte.app.topics.PipelineTopics;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.SchemaDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a pipeline to copy rows again, whether it runs or not. */
@Command(
    name = "resync",
    mixinStandardHelpOptions = true,
    header = "Copies rows from the source again: single ones, streams, or everything.",
    description = {
      "",
      "  rapidbyte resync public.orders",
      "  rapidbyte resync shop.yaml public.orders public.items",
      "  rapidbyte resync public.orders --key 4711 --key 4712",
      "  rapidbyte resync public.lines --key '{\"order_id\": 4711, \"line\": 2}'",
      "  rapidbyte resync --all",
      "",
      "A stream is copied beside the running log, under its next generation; what is left of the",
      "older one leaves the destinations at its end. --key reads single rows; one that is gone at",
      "the source becomes a delete. --all begins anew with another replication slot: the mend"
          + " where",
      "slot, publication, source or progress were lost or replaced.",
      "",
      "The request is kept in Kafka: a pipeline that does not run executes it when it starts.",
      ""
    })
final class ResyncSubcommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "[FILE] STREAM",
      description = "The pipeline (default: pipeline.yaml) and streams as schema.table.")
  private List<String> arguments = List.of();

  @Option(names = "--all", description = "Begin anew, every stream.")
  private boolean all;

  @Option(
      names = "--key",
      paramLabel = "K",
      description =
          "Only the row of this key: its value, or JSON where the key has several columns.")
  private List<String> keys = List.of();

  ResyncSubcommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean named = !arguments.isEmpty() && isFile(arguments.getFirst());
    List<String> streams = arguments.subList(named ? 1 : 0, arguments.size());
    requireSense(streams);
    Path file = Path.of(named ? arguments.getFirst() : "pipeline.yaml");
    PipelineSpec spec = SpecFile.load(file, console.environment());
    Home home = shared.home(console);
    try (KafkaClients kafka = KafkaClients.open(spec.kafka(), home)) {
      ResyncCommand command =
          new ResyncCommand(UUID.randomUUID().toString(), target(spec, kafka, streams), now());
      new ControlTopic(spec.topics().control(), spec.kafka(), kafka.settings()).write(command);
      tell(command, !Running.all(home, spec.pipeline()).isEmpty());
    }
    return Rapidbyte.ok();
  }

  private static boolean isFile(String argument) {
    return argument.endsWith(".yaml")
        || argument.endsWith(".yml")
        || Files.isRegularFile(Path.of(argument));
  }

  private static Instant now() {
    return Instant.now();
  }

  private void requireSense(List<String> streams) {
    if (all == !streams.isEmpty()) {
      throw Failure.config(
          "resync",
          all ? "--all takes no streams" : "nothing is named to be copied again",
          "name streams, such as rapidbyte resync public.orders, or --all");
    }
    if (!keys.isEmpty() && streams.size() != 1) {
      throw Failure.config(
          "resync", "--key is a row of one stream", "rapidbyte resync public.orders --key 4711");
    }
  }

  private ResyncCommand.Target target(PipelineSpec spec, KafkaClients kafka, List<String> streams) {
    if (all) {
      // Above any generation that was counted up from 1.
      return new ResyncCommand.Everything((int) Duration.between(Instant.EPOCH, now()).toMinutes());
    }
    try (PipelineTopics topics = new PipelineTopics(spec.topics(), kafka.settings())) {
      List<String> known = new ArrayList<>();
      for (String stream : streams) {
        known.add(topics.stream(stream).schema().stream());
      }
      if (keys.isEmpty()) {
        return new ResyncCommand.Streams(known);
      }
      SchemaDocument document = topics.stream(known.getFirst());
      return new ResyncCommand.Keys(
          known.getFirst(),
          keys.stream().map(key -> KeyArgument.parse(key, document.schema())).toList());
    }
  }

  private void tell(ResyncCommand command, boolean running) {
    String what =
        switch (command.target()) {
          case ResyncCommand.Everything everything ->
              "everything begins anew, with a new replication slot, each stream under its next"
                  + " generation";
          case ResyncCommand.Streams(List<String> names) ->
              String.join(", ", names)
                  + (names.size() == 1 ? " is" : " are")
                  + " copied again under the next generation, beside the running log";
          case ResyncCommand.Keys(String stream, List<List<String>> rows) ->
              (rows.size() == 1 ? "one row" : rows.size() + " rows")
                  + " of "
                  + stream
                  + (rows.size() == 1 ? " is" : " are")
                  + " read again; one that is gone becomes a delete";
        };
    String when = running ? "now" : "with the next rapidbyte run";
    if (shared.json()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("command", command.id()).put("what", what).put("running", running);
      console.out().println(node);
    } else {
      console.out().println(what + ": " + when);
    }
  }
}
