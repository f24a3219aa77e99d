package io.rapidbyte.app.command;

import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.app.topics.PipelineTopics;
import io.rapidbyte.app.topics.RecordText;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a stream's changes as they come. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    header = "Shows a stream's changes as JSON, a line each, as they come.",
    description = {
      "",
      "  rapidbyte tail public.orders",
      "  rapidbyte tail shop.yaml public.orders --from-beginning --limit 5",
      "  rapidbyte tail public.orders | jq 'select(._rb_op == \"d\")'",
      "",
      "Reads the topic; a destination need not exist.",
      ""
    })
final class TailCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "1..2",
      paramLabel = "[FILE] STREAM",
      description = "The pipeline (default: pipeline.yaml) and the stream's schema.table.")
  private List<String> arguments = List.of();

  @Option(names = "--from-beginning", description = "Begin with the topic's first record.")
  private boolean fromBeginning;

  @Option(names = "--limit", paramLabel = "N", description = "End after so many rows.")
  private long limit = Long.MAX_VALUE;

  TailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String file = arguments.size() == 2 ? arguments.getFirst() : "pipeline.yaml";
    PipelineSpec spec = SpecFile.load(Path.of(file), console.environment());
    StopSignal stop = StopSignal.install();
    AtomicLong left = new AtomicLong(limit);
    try (KafkaClients kafka = KafkaClients.open(spec.kafka(), shared.home(console));
        PipelineTopics topics = new PipelineTopics(spec.topics(), kafka.settings());
        BufferAllocator allocator = new RootAllocator()) {
      SchemaDocument stream = topics.stream(arguments.getLast());
      boolean transformed = !spec.transformsOf(stream.schema().table()).isEmpty();
      String topic = transformed ? TopicNames.processed(stream.topic()) : stream.topic();
      RecordText text = new RecordText(allocator);
      topics.follow(
          topic,
          fromBeginning,
          () -> !stop.isWished() && left.get() > 0 && !console.out().checkError(),
          record -> {
            for (String line : text.lines(record)) {
              if (left.getAndDecrement() > 0) {
                console.out().println(line);
              }
            }
          });
    }
    return Rapidbyte.ok();
  }
}
