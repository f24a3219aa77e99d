package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which streams there are, from the schemas topics. For one thread. */
final class Directory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition schemas;
  private final Predicate<TableName> wanted;
  private final Set<TableName> seen = new HashSet<>();
  private boolean assigned;

  Directory(Map<String, Object> client, String schemas, Predicate<TableName> wanted) {
    this.schemas = new TopicPartition(schemas, 0);
    this.wanted = wanted;
    this.consumer = consumer(client);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Streams that are new since the last call: table and topic. Waits a moment for them. */
  List<SchemaDocument> poll() {
    List<SchemaDocument> found = new ArrayList<>();
    if (!assigned) {
      var partitions = consumer.partitionsFor(schemas.topic(), Duration.ofSeconds(5));
      if (partitions == null || partitions.isEmpty()) {
        return found;
      }
      consumer.assign(List.of(schemas));
      consumer.seekToBeginning(List.of(schemas));
      assigned = true;
    }
    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
      read(each, record -> learn(SchemaDocument.fromJson(record.value()), found));
    }
    return found;
  }

  private void learn(SchemaDocument document, List<SchemaDocument> found) {
    TableName table = document.schema().table();
    if (wanted.test(table) && seen.add(table)) {
      found.add(document);
    }
  }

  /** What was told so far of streams behind their transforms. Any thread. */
  static List<ProcessedDocument> processed(
      Map<String, Object> client, String topic, TableName table) {
    List<ProcessedDocument> found = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> reader = consumer(client)) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (reader.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : reader.poll(POLL)) {
          read(each, record -> found.add(ProcessedDocument.fromJson(record.value())));
        }
      }
    }
    found.removeIf(each -> !each.table().equals(table));
    return found;
  }

  private static void read(
      ConsumerRecord<byte[], byte[]> record, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    if (record.value() == null) {
      return;
    }
    try {
      reader.accept(record);
    } catch (IllegalArgumentException e) {
      LOG.warn("{} offset {}: {}", record.topic(), record.offset(), e.getMessage());
    }
  }

  /** Any thread: a call under way ends soon, with a WakeupException. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}
