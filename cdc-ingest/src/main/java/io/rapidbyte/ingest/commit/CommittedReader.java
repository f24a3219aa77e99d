package io.rapidbyte.ingest.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.ProgressJson;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads what ingest has made durable, from Kafka and nowhere else. */
public final class CommittedReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings settings;
  private final TopicNames names;

  /** Connects nowhere yet. */
  public CommittedReader(KafkaSettings settings, TopicNames names) {
    this.settings = settings;
    this.names = names;
  }

  /**
   * The last progress committed, or empty at the very first start.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be read
   */
  public Optional<Progress> progress() {
    Progress[] last = new Progress[1];
    readToEnd(names.progress(), (key, value) -> last[0] = ProgressJson.read(value));
    return Optional.ofNullable(last[0]);
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

  private void readToEnd(String topic, BiConsumer<String, byte[]> sink) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings.reader(topic + ".reader"))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (end != null && consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null && record.key() != null) {
            sink.accept(new String(record.key(), UTF_8), record.value());
          }
        }
      }
    } catch (KafkaException e) {
      throw KafkaFailures.of(e, "reading " + topic, CommitState.BEFORE_COMMIT);
    }
  }
}
