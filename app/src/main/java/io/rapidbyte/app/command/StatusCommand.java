package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.TextTable;
import io.rapidbyte.app.http.LiveStatus;
import io.rapidbyte.app.http.Running;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.app.topics.PipelineTopics;
import io.rapidbyte.processor.wasm.PipelineModules;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.topic.TopicNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says how far a pipeline is, whether it runs or not. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    header = "Says how far each stream is, what lags and what was rejected.",
    description = {
      "",
      "  rapidbyte status",
      "  rapidbyte status shop.yaml --output json | jq .running",
      "",
      "Reads Kafka; of a pipeline that runs in the same home it shows the live counts too.",
      ""
    })
final class StatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();
  @Mixin private PipelineArgument pipeline = new PipelineArgument();

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineSpec spec = pipeline.load(console);
    Home home = shared.home(console);
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("pipeline", spec.pipeline());
    List<Running> running = Running.all(home, spec.pipeline());
    status.put("running", !running.isEmpty());
    if (!running.isEmpty()) {
      running.forEach(each -> status.withArray("processes").add(each.note()));
      status.set("live", LiveStatus.of(statuses(running, true), statuses(running, false)));
    }
    try (KafkaClients kafka = KafkaClients.open(spec.kafka(), home);
        PipelineTopics topics = new PipelineTopics(spec.topics(), kafka.settings())) {
      status.put("kafka", kafka.bootstrap());
      Optional<Progress> progress = topics.progress();
      progress.ifPresent(each -> status.set("durable", durable(each)));
      status.set("streams", streams(spec, topics, progress));
    }
    if (shared.json()) {
      console.out().println(status);
    } else {
      print(status);
    }
    return Rapidbyte.ok();
  }

  private static List<JsonNode> statuses(List<Running> running, boolean ingesting) {
    return running.stream()
        .filter(each -> each.has(Role.INGEST) == ingesting)
        .map(Running::status)
        .toList();
  }

  private static ObjectNode durable(Progress progress) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("slot", progress.slot());
    node.put("commit_lsn", progress.last().commit().toString());
    node.put("end_lsn", progress.last().end().toString());
    return node;
  }

  private static ArrayNode streams(
      PipelineSpec spec, PipelineTopics topics, Optional<Progress> progress) {
    Map<String, SchemaDocument> documents = topics.streams();
    Map<String, SnapshotState> snapshots = progress.map(Progress::snapshots).orElse(Map.of());
    Set<String> names =
        documents.values().stream()
            .map(document -> delivered(spec, document))
            .collect(Collectors.toSet());
    Map<String, Map<String, Long>> behind = new LinkedHashMap<>();
    for (DestinationSpec each : spec.destinations()) {
      behind.put(each.name(), topics.behind(each.name(), names));
    }
    ArrayNode streams = JsonNodeFactory.instance.arrayNode();
    documents.forEach(
        (name, document) -> {
          ObjectNode stream = streams.addObject();
          String topic = delivered(spec, document);
          stream.put("stream", name).put("topic", topic);
          stream.put("version", document.schema().version());
          modules(spec, document.schema().table()).forEach(stream.withArray("modules")::add);
          SnapshotState snapshot = snapshots.get(name);
          if (snapshot != null) {
            stream.put("snapshot", SharedOptions.label(snapshot.phase()));
            stream.put("generation", snapshot.generation()).put("snapshot_rows", snapshot.rows());
          }
          ObjectNode records = stream.putObject("records_behind");
          behind.forEach((to, by) -> records.put(to, by.getOrDefault(topic, 0L)));
        });
    return streams;
  }

  /** The modules that a stream goes through, as the file names them now. */
  private static List<String> modules(PipelineSpec spec, TableName table) {
    return PipelineModules.of(spec, table).stream()
        .map(
            place -> {
              try {
                return place.load().label();
              } catch (RapidbyteException e) {
                return place.name() + ": " + e.error().code();
              }
            })
        .toList();
  }

  /** The topic that destinations read. */
  private static String delivered(PipelineSpec spec, SchemaDocument document) {
    return spec.transformsOf(document.schema().table()).isEmpty()
        ? document.topic()
        : TopicNames.processed(document.topic());
  }

  private void print(ObjectNode status) {
    JsonNode live = status.path("live");
    console
        .out()
        .println(
            status.path("pipeline").asText()
                + (status.path("running").asBoolean()
                    ? ": " + live.path("source").path("phase").asText()
                    : ": not running")
                + ", Kafka at "
                + status.path("kafka").asText()
                + (status.has("durable")
                    ? ", durable to " + status.path("durable").path("end_lsn").asText()
                    : ", never run"));
    TextTable table =
        TextTable.of("STREAM", "TOPIC", "MODULES", "SNAPSHOT", "ROWS COPIED", "RECORDS BEHIND");
    for (JsonNode stream : status.path("streams")) {
      table.row(
          stream.path("stream").asText(),
          stream.path("topic").asText(),
          texts(stream.path("modules")),
          stream.path("snapshot").asText("-"),
          stream.path("snapshot_rows").asText("-"),
          behind(stream.path("records_behind")));
    }
    table.print(console.out());
    faults(live);
  }

  private static String texts(JsonNode list) {
    String texts =
        StreamSupport.stream(list.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(", "));
    return texts.isEmpty() ? "-" : texts;
  }

  private static String behind(JsonNode records) {
    return records.properties().stream()
        .map(each -> each.getKey() + " " + each.getValue().asText())
        .collect(Collectors.joining(", "));
  }

  private void faults(JsonNode live) {
    fault("source", live.path("source").path("error"));
    for (JsonNode each : live.path("destinations")) {
      fault(each.path("name").asText(), each.path("error"));
    }
    for (JsonNode stream : live.path("streams")) {
      fault(
          stream.path("stream").asText() + " transforms", stream.path("transforms").path("error"));
      for (var each : stream.path("destinations").properties()) {
        fault(
            stream.path("stream").asText() + " → " + each.getKey(), each.getValue().path("error"));
      }
    }
  }

  private void fault(String where, JsonNode error) {
    if (error.isObject()) {
      String mend =
          error.path("retryable").asBoolean()
              ? "it is tried again by itself"
              : error.path("fix").asText();
      console.out().println("! " + where + ": " + error.path("message").asText() + " — " + mend);
    }
  }
}
