package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which streams there are and where they are read from: those with transforms behind them, as the
 * processed topic's schemas say, the others as the schemas topic does. Used by the loop's thread;
 * owns its consumer, which belongs to no group.
 */
final class StreamDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamDirectory.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /**
   * A stream as a sink reads it.
   *
   * @param other where it would be read with transforms if it has none, and without if it has some
   */
  record Listed(TableName table, String topic, String other, List<String> key) {}

  private final Consumer<byte[], byte[]> consumer;
  private final Set<String> absent;
  private final String processed;
  private final StreamPlan plan;
  private final Set<TableName> known = new HashSet<>();
  private long lookAtNanos = Long.MIN_VALUE;

  StreamDirectory(Consumer<byte[], byte[]> consumer, TopicNames topics, StreamPlan plan) {
    this.consumer = consumer;
    this.plan = plan;
    this.processed = topics.processedSchemas();
    this.absent = new HashSet<>(Set.of(topics.schemas()));
    if (plan.hasTransforms()) {
      absent.add(processed);
    }
  }

  /** Streams that are new since the last call; does not wait for the broker longer than needed. */
  List<Listed> poll(long nowNanos) {
    if (lookAtNanos != Long.MIN_VALUE && nowNanos < lookAtNanos) {
      return List.of();
    }
    lookAtNanos = nowNanos + LOOK_AGAIN.toNanos();
    List.copyOf(absent).forEach(this::assign);
    return consumer.assignment().isEmpty() ? List.of() : read();
  }

  private void assign(String topic) {
    var partitions = consumer.partitionsFor(topic, Duration.ofSeconds(5));
    if (partitions == null || partitions.isEmpty()) {
      return;
    }
    absent.remove(topic);
    List<TopicPartition> found =
        partitions.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    all.addAll(found);
    consumer.assign(all);
    consumer.seekToBeginning(found);
  }

  /** Reads what is committed by now. Of several versions the last counts. */
  private List<Listed> read() {
    Map<TableName, Listed> found = new LinkedHashMap<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (behind(ends)) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(LOOK_AGAIN)) {
        learn(each, found);
      }
    }
    found.keySet().removeAll(known);
    known.addAll(found.keySet());
    return List.copyOf(found.values());
  }

  private boolean behind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private void learn(ConsumerRecord<byte[], byte[]> each, Map<TableName, Listed> found) {
    if (each.value() == null) {
      return;
    }
    try {
      boolean behindTransforms = each.topic().equals(processed);
      Listed listed = behindTransforms ? ofProcessed(each.value()) : ofSource(each.value());
      if (plan.takes(listed.table()) && plan.isTransformed(listed.table()) == behindTransforms) {
        found.put(listed.table(), listed);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("{} offset {} holds no schema: {}", each.topic(), each.offset(), e.getMessage());
    }
  }

  private static Listed ofSource(byte[] value) {
    SchemaDocument document = SchemaDocument.fromJson(value);
    String topic = document.topic();
    return new Listed(
        document.schema().table(), topic, TopicNames.processed(topic), document.schema().key());
  }

  private static Listed ofProcessed(byte[] value) {
    ProcessedDocument document = ProcessedDocument.fromJson(value);
    return new Listed(document.table(), document.topic(), document.sourceTopic(), document.key());
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
