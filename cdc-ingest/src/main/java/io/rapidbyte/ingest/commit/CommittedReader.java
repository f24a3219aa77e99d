package io.rapidbyte.ingest.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.control.ControlJson;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.ProgressJson;
import io.rapidbyte.schemas.progress.UnreadableProgress;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what ingest has made durable, from Kafka and nowhere else. */
public final class CommittedReader {
  private static final Logger LOG = LoggerFactory.getLogger(CommittedReader.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings settings;
  private final TopicNames names;

  /** Connects nowhere yet. */
  public CommittedReader(KafkaSettings settings, TopicNames names) {
    this.settings = settings;
    this.names = names;
  }

  /**
   * The last progress committed. Empty at the very first start, and where it cannot be read but
   * somebody has asked since to begin anew.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read, or {@code
   *     PROGRESS_UNREADABLE}
   */
  public Optional<Progress> progress() {
    List<ConsumerRecord<byte[], byte[]>> last = new ArrayList<>(1);
    readToEnd(
        names.progress(),
        0,
        record -> {
          last.clear();
          last.add(record);
        });
    if (last.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProgressJson.read(last.getFirst().value()));
    } catch (RuntimeException e) {
      if (beginsAnew(Instant.ofEpochMilli(last.getFirst().timestamp()))) {
        return Optional.empty();
      }
      throw UnreadableProgress.failure(names.progress(), e);
    }
  }

  private boolean beginsAnew(Instant since) {
    List<ConsumerRecord<byte[], byte[]>> later = new ArrayList<>();
    readToEnd(
        names.control(),
        0,
        record -> {
          // Both times are the broker's: whose clock asked, and whose wrote, is nothing to us.
          if (record.timestamp() >= since.toEpochMilli()) {
            later.add(record);
          }
        });
    return later.stream()
        .flatMap(record -> command(record).resync().stream())
        .anyMatch(resync -> resync.target() instanceof ResyncCommand.Everything);
  }

  /**
   * The newest schema of every stream that has one, by stream name.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public Map<String, StreamSchema> schemas() {
    Map<String, StreamSchema> newest = new HashMap<>();
    readToEnd(
        names.schemas(),
        (key, value) -> {
          StreamSchema schema = SchemaDocument.fromJson(value).schema();
          newest.merge(schema.stream(), schema, (a, b) -> a.version() >= b.version() ? a : b);
        });
    return newest;
  }

  /**
   * The names of all columns that each stream has ever had, by stream name.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public Map<String, Set<String>> columnsEver() {
    Map<String, Set<String>> names = new HashMap<>();
    readToEnd(
        this.names.schemas(),
        (key, value) -> {
          StreamSchema schema = SchemaDocument.fromJson(value).schema();
          Set<String> ever = names.computeIfAbsent(schema.stream(), _ -> new HashSet<>());
          schema.columns().forEach(column -> ever.add(column.name()));
        });
    return names;
  }

  /**
   * By stream, what its rows in the topics were chosen by.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public Map<String, AppliedStream> applied() {
    Map<String, AppliedStream> applied = new HashMap<>();
    readToEnd(
        names.spec(),
        (key, value) ->
            AppliedStream.read(key, value).ifPresent(each -> applied.put(each.stream(), each)));
    return applied;
  }

  /**
   * Topics of which retention has removed records.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public Set<String> trimmed(List<StreamPlan> streams) {
    List<TopicPartition> partitions =
        streams.stream()
            .flatMap(
                s ->
                    IntStream.range(0, s.partitions())
                        .mapToObj(i -> new TopicPartition(s.topic(), i)))
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings.reader("beginnings.reader"))) {
      return consumer.beginningOffsets(partitions).entrySet().stream()
          .filter(beginning -> beginning.getValue() > 0)
          .map(beginning -> beginning.getKey().topic())
          .collect(Collectors.toSet());
    } catch (KafkaException e) {
      throw KafkaFailures.of(e, "asking where topics begin", CommitState.BEFORE_COMMIT);
    }
  }

  /**
   * Commands that progress does not say were executed, in their order.
   *
   * @param from where progress stands in the control topic
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public List<Command> commands(long from) {
    List<Command> commands = new ArrayList<>();
    readToEnd(names.control(), from, record -> commands.add(command(record)));
    return commands;
  }

  /** What a record of the control topic asks for. */
  static Command command(ConsumerRecord<byte[], byte[]> record) {
    String id = new String(record.key(), UTF_8);
    try {
      return new Command(record.offset() + 1, ControlJson.read(id, record.value()));
    } catch (IllegalArgumentException e) {
      LOG.warn("not a command, ignored: {}", id, e);
      return new Command(record.offset() + 1, Optional.empty());
    }
  }

  private void readToEnd(String topic, BiConsumer<String, byte[]> sink) {
    readToEnd(topic, 0, record -> sink.accept(new String(record.key(), UTF_8), record.value()));
  }

  private void readToEnd(String topic, long from, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings.reader(topic + ".reader"))) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, start(consumer, partition, from, end));
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null && record.key() != null) {
            sink.accept(record);
          }
        }
      }
    } catch (KafkaException e) {
      throw KafkaFailures.of(e, "reading " + topic, CommitState.BEFORE_COMMIT);
    }
  }

  /** {@code from}, or the topic's beginning where it has not so much or no longer. */
  static long start(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
    long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    return from > end ? beginning : Math.max(from, beginning);
  }
}
