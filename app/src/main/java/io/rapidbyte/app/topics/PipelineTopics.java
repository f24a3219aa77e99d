package io.rapidbyte.app.topics;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.ProgressJson;
import io.rapidbyte.schemas.progress.UnreadableProgress;
import io.rapidbyte.schemas.spec.NearestWord;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** One pipeline's topics, committed records only. For one thread. */
public final class PipelineTopics implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long LAST_RECORDS = 32;
  private static final int WAIT_MILLIS = 15_000;

  private final TopicNames names;
  private final String bootstrap;
  private final Admin admin;
  private final KafkaConsumer<String, byte[]> consumer;

  /**
   * Connects lazily.
   *
   * @param kafka settings of every Kafka client
   */
  public PipelineTopics(TopicNames names, Map<String, Object> kafka) {
    this.names = names;
    this.bootstrap = String.valueOf(kafka.get("bootstrap.servers"));
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("default.api.timeout.ms", WAIT_MILLIS);
    settings.put("request.timeout.ms", WAIT_MILLIS - 5_000);
    try {
      this.admin = Admin.create(settings);
      settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
      settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
      this.consumer =
          new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private RapidbyteException unreachable(Exception cause) {
    return new RapidbyteException(
        new ErrorInfo(
            Category.TRANSIENT,
            Scope.STREAM,
            "kafka/unreachable",
            "Kafka at " + bootstrap + " does not answer",
            "check kafka.bootstrap, its security properties, and that the broker runs",
            true,
            null,
            Backoff.NORMAL,
            true,
            io.rapidbyte.schemas.error.CommitState.BEFORE_COMMIT,
            Map.of()),
        cause);
  }

  /** What ingest has made durable; empty where the pipeline has never run. */
  public Optional<Progress> progress() {
    try {
      List<TopicPartition> partitions = partitions(names.progress());
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long end = ends.values().stream().mapToLong(Long::longValue).max().orElse(0);
      // The last records may be marks of transactions: step back until one holds progress.
      for (long back = LAST_RECORDS; !partitions.isEmpty(); back *= LAST_RECORDS) {
        List<byte[]> found = new ArrayList<>();
        long from = Math.max(0, end - back);
        read(ends, _ -> from, record -> found.add(record.value()));
        if (!found.isEmpty() || from == 0) {
          return found.isEmpty() ? Optional.empty() : Optional.of(progress(found.getLast()));
        }
      }
      return Optional.empty();
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private Progress progress(byte[] value) {
    try {
      return ProgressJson.read(value);
    } catch (RuntimeException e) {
      throw UnreadableProgress.failure(names.progress(), e);
    }
  }

  /** The newest version of each stream, by name. */
  public Map<String, SchemaDocument> streams() {
    Map<String, SchemaDocument> newest = new TreeMap<>();
    readAll(
        names.schemas(),
        record -> {
          SchemaDocument document = SchemaDocument.fromJson(record.value());
          newest.merge(
              document.schema().stream(),
              document,
              (a, b) -> a.schema().version() > b.schema().version() ? a : b);
        });
    return newest;
  }

  /** The stream of that name. */
  public SchemaDocument stream(String name) {
    Map<String, SchemaDocument> streams = streams();
    SchemaDocument found = streams.get(name);
    if (found == null) {
      throw Failure.config(
          "stream",
          "the pipeline has no stream " + name + " yet",
          streams.isEmpty()
              ? "run it first"
              : NearestWord.to(name, streams.keySet())
                  .map(near -> "did you mean " + near + "?")
                  .orElse("it has " + String.join(", ", streams.keySet())));
    }
    return found;
  }

  /** The partitions of a topic; none where it does not exist. */
  public List<TopicPartition> partitions(String topic) {
    try {
      return consumer.partitionsFor(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
    } catch (org.apache.kafka.common.errors.UnknownTopicOrPartitionException _) {
      return List.of();
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  /** Records of a destination's group that are behind, by topic; as last told to Kafka. */
  public Map<String, Long> behind(String destination, Set<String> topics) {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(names.sinkGroup(destination))
              .partitionsToOffsetAndMetadata()
              .get();
      Map<String, Long> behind = new TreeMap<>();
      for (String topic : topics) {
        long sum = 0;
        for (var end : consumer.endOffsets(partitions(topic)).entrySet()) {
          OffsetAndMetadata at = committed.get(end.getKey());
          sum += Math.max(0, end.getValue() - (at == null ? 0 : at.offset()));
        }
        behind.put(topic, sum);
      }
      return behind;
    } catch (ExecutionException | KafkaException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.config("interrupted", "stopped while asking Kafka", "");
    }
  }

  /**
   * Follows a topic.
   *
   * @param fromBeginning whether from its first record on, else only what comes
   * @param more asked after each fetch; ends where it says no
   */
  public void follow(
      String topic,
      boolean fromBeginning,
      java.util.function.BooleanSupplier more,
      Consumer<ConsumerRecord<String, byte[]>> reader) {
    try {
      List<TopicPartition> partitions = partitions(topic);
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      while (more.getAsBoolean()) {
        consumer.poll(POLL).forEach(reader);
      }
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  /**
   * Reads a topic from its first record to where it ends now.
   *
   * @param more asked before each record; ends where it says no
   */
  public void replay(
      String topic,
      java.util.function.BooleanSupplier more,
      Consumer<ConsumerRecord<String, byte[]>> reader) {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(topic));
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (more.getAsBoolean() && isBefore(ends)) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (!more.getAsBoolean()) {
            return;
          }
          reader.accept(record);
        }
      }
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private boolean isBefore(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue());
  }

  private void readAll(String topic, Consumer<ConsumerRecord<String, byte[]>> reader) {
    try {
      read(consumer.endOffsets(partitions(topic)), _ -> 0, reader);
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private void read(
      Map<TopicPartition, Long> ends,
      ToLongFunction<TopicPartition> from,
      Consumer<ConsumerRecord<String, byte[]>> reader) {
    consumer.assign(ends.keySet());
    ends.keySet().forEach(each -> consumer.seek(each, from.applyAsLong(each)));
    while (isBefore(ends)) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.value() != null) {
          reader.accept(record);
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close(Duration.ofSeconds(1));
  }
}
