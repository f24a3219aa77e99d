package io.rapidbyte.ingest.commit;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that ingest writes to. Existing ones keep their settings. */
public final class Topics {
  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);
  private static final Duration CONTROL_RETENTION = Duration.ofDays(7);
  private static final int ADMIN_SECONDS = 60;

  private final KafkaSettings settings;
  private final KafkaSpec kafka;
  private final TopicNames names;

  /** Connects nowhere yet. */
  public Topics(KafkaSettings settings, KafkaSpec kafka, TopicNames names) {
    this.settings = settings;
    this.kafka = kafka;
    this.names = names;
  }

  /**
   * Creates the topics about the pipeline itself where they are missing, and no others.
   *
   * @throws RapidbyteException where Kafka refuses or cannot be reached
   */
  public void ensureInternal() {
    ensure(
        List.of(
            compacted(names.progress()),
            compacted(names.schemas()),
            compacted(names.spec()),
            data(names.control(), 1, CONTROL_RETENTION),
            data(names.messages(), 1, kafka.retention())));
  }

  /**
   * Creates each stream's topic and its dead letters' where they are missing.
   *
   * @throws RapidbyteException where Kafka refuses, where two streams' names collide, or where a
   *     topic has another number of partitions than the pipeline asks for
   */
  public void ensureStreams(List<StreamPlan> streams) {
    Map<String, String> owners = new HashMap<>();
    List<NewTopic> wanted = new ArrayList<>();
    for (StreamPlan stream : streams) {
      // Kafka refuses names that differ only in dots and underscores; say whose they are.
      String other = owners.put(stream.topic().replace('_', '.'), stream.stream());
      if (other != null) {
        throw collision(stream, other);
      }
      wanted.add(data(stream.topic(), stream.partitions(), kafka.retention()));
      wanted.add(data(names.deadLetters(stream.table()), 1, DEAD_LETTER_RETENTION));
    }
    Map<String, Integer> found = ensure(wanted);
    for (StreamPlan stream : streams) {
      int partitions = found.getOrDefault(stream.topic(), stream.partitions());
      if (partitions != stream.partitions()) {
        throw partitions(stream, partitions);
      }
    }
  }

  private static RapidbyteException collision(StreamPlan stream, String other) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "ingest/topic-collision",
            "streams %s and %s both map to Kafka topic %s (Kafka takes '.' and '_' for alike)"
                .formatted(other, stream.stream(), stream.topic()),
            "give one of them a name of its own with streams[].topic"));
  }

  private static RapidbyteException partitions(StreamPlan stream, int found) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "ingest/partitions-changed",
            "topic %s has %d partitions, the pipeline asks for %d; they are fixed until a resync"
                .formatted(stream.topic(), found, stream.partitions()),
            "set partitions: %d, or run: rapidbyte resync %s".formatted(found, stream.stream())));
  }

  /** Partition counts of those that were there before. */
  private Map<String, Integer> ensure(List<NewTopic> wanted) {
    try (Admin admin = Admin.create(settings.base())) {
      Set<String> existing = await(admin.listTopics().names());
      List<String> present =
          wanted.stream().map(NewTopic::name).filter(existing::contains).toList();
      List<NewTopic> missing =
          wanted.stream().filter(topic -> !existing.contains(topic.name())).toList();
      for (var created : admin.createTopics(missing).values().values()) {
        create(created);
      }
      Map<String, Integer> partitions = new HashMap<>();
      await(admin.describeTopics(present).allTopicNames())
          .forEach((name, description) -> partitions.put(name, description.partitions().size()));
      return partitions;
    } catch (ExecutionException e) {
      throw KafkaFailures.of(e, "creating topics", CommitState.BEFORE_COMMIT);
    } catch (TimeoutException e) {
      throw KafkaFailures.of(e, "reaching Kafka to create topics", CommitState.BEFORE_COMMIT);
    } catch (org.apache.kafka.common.KafkaException e) {
      throw KafkaFailures.of(e, "connecting to Kafka", CommitState.BEFORE_COMMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaFailures.of(e, "creating topics", CommitState.BEFORE_COMMIT);
    }
  }

  private static void create(KafkaFuture<Void> created)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      await(created);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(ADMIN_SECONDS, TimeUnit.SECONDS);
  }

  private NewTopic compacted(String name) {
    return topic(name, 1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, "compact"));
  }

  private NewTopic data(String name, int partitions, Duration retention) {
    return topic(
        name,
        partitions,
        Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
  }

  private NewTopic topic(String name, int partitions, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(more);
    // A clock that is wrong, ours, must not decide what retention takes, nor what Kafka refuses.
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(settings.maxMessageBytes()));
    Optional<Short> replication = Optional.ofNullable(kafka.replication()).map(Integer::shortValue);
    return new NewTopic(name, Optional.of(partitions), replication).configs(config);
  }
}
