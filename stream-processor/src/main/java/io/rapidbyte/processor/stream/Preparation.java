package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.KafkaSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What must be there before a stream's application starts: its topics, and the offset from which it
 * reads. A group without offsets begins at 0 only where nothing was processed ever; else the group
 * was lost, and beginning again would process everything twice.
 */
final class Preparation implements AutoCloseable {
  private static final long ANSWER_SECONDS = 30;
  private static final int RECORD_OVERHEAD = 64 * 1024;
  private static final Duration LETTER_RETENTION = Duration.ofDays(30);

  private final Admin admin;
  private final Map<String, Object> client;
  private final KafkaSpec kafka;
  private final int messageBytes;

  Preparation(Map<String, Object> client, KafkaSpec kafka, int recordBytes) {
    this.client = client;
    this.admin = Admin.create(client);
    this.kafka = kafka;
    this.messageBytes = messageBytes(recordBytes);
  }

  static int messageBytes(int recordBytes) {
    return recordBytes + RECORD_OVERHEAD;
  }

  /** The source topic's id. */
  String topicId(String topic) {
    return describe(topic).topicId().toString();
  }

  private TopicDescription describe(String topic) {
    return await("describe " + topic, admin.describeTopics(List.of(topic)).allTopicNames())
        .values()
        .iterator()
        .next();
  }

  /** Creates the topics that the stream's application writes to. */
  void topics(StreamPart part) {
    int partitions = describe(part.topic()).partitions().size();
    ensure(data(part.processed(), partitions, kafka.retention()));
    ensure(data(part.letters(), 1, LETTER_RETENTION));
    int found = describe(part.processed()).partitions().size();
    if (found != partitions) {
      throw resync(
          part,
          "topic %s has %d partitions and %s %d"
              .formatted(part.topic(), partitions, part.processed(), found));
    }
  }

  /** Creates the topic that says what streams are behind their transforms. */
  void schemas(String topic) {
    ensure(topic(topic, 1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")));
  }

  /** Creates the topic of a route, with as many partitions as its stream's. */
  void route(StreamPart part, String topic) {
    ensure(data(topic, describe(part.topic()).partitions().size(), kafka.retention()));
  }

  /**
   * Gives the group its first offsets, where it may begin.
   *
   * @throws RapidbyteException {@code process/resync-required} where the group was lost
   */
  void offsets(StreamPart part) {
    List<TopicPartition> partitions = partitions(part.topic());
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            await(
                "read the offsets of " + part.application(),
                admin
                    .listConsumerGroupOffsets(part.application())
                    .partitionsToOffsetAndMetadata()));
    committed.values().removeIf(java.util.Objects::isNull);
    if (committed.keySet().containsAll(partitions)) {
      held(part, committed);
      return;
    }
    long processed =
        offsets(partitions(part.processed()), OffsetSpec.latest()).values().stream()
            .mapToLong(Long::longValue)
            .sum();
    if (!committed.isEmpty() || processed > 0) {
      throw resync(
          part,
          "group %s has lost its offsets, and %s has %d records already"
              .formatted(part.application(), part.processed(), processed));
    }
    Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
    offsets(partitions, OffsetSpec.earliest())
        .forEach((at, start) -> first.put(at, new OffsetAndMetadata(beginning(part, at, start))));
    await(
        "set the first offsets of " + part.application(),
        admin.alterConsumerGroupOffsets(part.application(), first).all());
  }

  /** A committed offset that retention has passed, or of a topic that was made anew. */
  private void held(StreamPart part, Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> starts = offsets(committed.keySet(), OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(committed.keySet(), OffsetSpec.latest());
    committed.forEach(
        (at, offset) -> {
          if (offset.offset() < starts.getOrDefault(at, 0L)
              || offset.offset() > ends.getOrDefault(at, Long.MAX_VALUE)) {
            throw resync(
                part,
                "%s has records %d to %d, and offset %d is next"
                    .formatted(at, starts.get(at), ends.get(at), offset.offset()));
          }
        });
  }

  /** Where retention has taken the topic's beginning, a generation that began later will do. */
  private long beginning(StreamPart part, TopicPartition at, long start) {
    if (start == 0) {
      return 0;
    }
    return new GenerationScan(client)
        .newest(at)
        .orElseThrow(() -> resync(part, "retention has taken the beginning of " + at + " already"));
  }

  private List<TopicPartition> partitions(String topic) {
    return describe(topic).partitions().stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> of, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    of.forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await("ask for offsets", admin.listOffsets(asked).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private static RapidbyteException resync(StreamPart part, String why) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.PROCESS_RESYNC_REQUIRED,
            part.stream() + ": " + why,
            "stop the pipeline, delete group %s and topic %s, run: rapidbyte resync %s, and start it"
                .formatted(part.application(), part.processed(), part.stream())));
  }

  private void ensure(NewTopic topic) {
    try {
      await("create topic " + topic.name(), admin.createTopics(List.of(topic)).all());
    } catch (RapidbyteException e) {
      if (!isCausedBy(e, TopicExistsException.class)) {
        throw e;
      }
    }
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    return java.util.stream.Stream.iterate(failure, t -> t != null, Throwable::getCause)
        .anyMatch(type::isInstance);
  }

  private NewTopic data(String name, int partitions, Duration retention) {
    return topic(
        name,
        partitions,
        Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }

  private NewTopic topic(String name, int partitions, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(more);
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(messageBytes));
    Optional<Short> replication = Optional.ofNullable(kafka.replication()).map(Integer::shortValue);
    return new NewTopic(name, Optional.of(partitions), replication).configs(config);
  }

  private static <T> T await(String doing, KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw Failures.of(doing, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.of(doing, e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
