package io.rapidbyte.sink.host;

import static io.rapidbyte.sink.kafka.KafkaFailures.answer;

import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.kafka.KafkaFailures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Questions about topics, and the making of dead-letter topics. Any thread; blocks. */
final class KafkaLogs implements AutoCloseable {
  private static final String LETTER_RETENTION_MS = Long.toString(30L * 24 * 60 * 60 * 1000);
  static final int LETTER_BYTES = 64 * 1024 * 1024;

  private final Map<String, Object> client;
  private final Admin admin;
  private final Set<String> letterTopics = ConcurrentHashMap.newKeySet();

  KafkaLogs(Map<String, Object> client) {
    this.client = Map.copyOf(client);
    this.admin = Admin.create(this.client);
  }

  TopicDescription describe(String topic) {
    var descriptions =
        answer(
            "describe topic " + topic,
            admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .toCompletionStage()
                .toCompletableFuture());
    return java.util.Objects.requireNonNull(descriptions.get(topic), topic);
  }

  PartitionId identify(TopicPartition partition) {
    String cluster =
        answer(
            "identify the cluster",
            admin.describeCluster().clusterId().toCompletionStage().toCompletableFuture());
    String topicId = describe(partition.topic()).topicId().toString();
    return new PartitionId(partition.topic(), partition.partition(), cluster, topicId);
  }

  LogBounds bounds(TopicPartition partition) {
    return new LogBounds(
        offset(partition, OffsetSpec.earliest()), offset(partition, OffsetSpec.latest()));
  }

  private long offset(TopicPartition partition, OffsetSpec which) {
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return answer(
            "list offsets of " + partition,
            admin
                .listOffsets(Map.of(partition, which), options)
                .partitionResult(partition)
                .toCompletionStage()
                .toCompletableFuture())
        .offset();
  }

  /** See {@link GenerationSearch#newerThan}. */
  Optional<Seat> newerGeneration(TopicPartition partition, LogBounds bounds, int held) {
    var settings = new ConsumerSettings(client, "rb-generation-" + partition, Optional.empty());
    try (var consumer = settings.prober()) {
      return new GenerationSearch(consumer, partition, bounds).newerThan(held);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw KafkaFailures.failure("look for a newer generation in " + partition, e);
    }
  }

  /** Makes the topic of dead letters where it is absent. */
  void ensureLetters(String topic) {
    if (letterTopics.contains(topic)) {
      return;
    }
    NewTopic wanted =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(
                Map.of(
                    "retention.ms",
                    LETTER_RETENTION_MS,
                    "max.message.bytes",
                    Integer.toString(LETTER_BYTES),
                    "message.timestamp.type",
                    "LogAppendTime"));
    try {
      answer(
          "create topic " + topic,
          admin.createTopics(List.of(wanted)).all().toCompletionStage().toCompletableFuture());
    } catch (io.rapidbyte.schemas.error.RapidbyteException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    letterTopics.add(topic);
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(1));
  }
}
