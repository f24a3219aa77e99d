package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which streams there are, from the schemas topic. Used by the loop's thread; owns its consumer,
 * which belongs to no group.
 */
final class StreamDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamDirectory.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Predicate<TableName> wanted;
  private final Map<TableName, SchemaDocument> streams = new HashMap<>();
  private boolean assigned;
  private long lookAtNanos = Long.MIN_VALUE;

  StreamDirectory(Consumer<byte[], byte[]> consumer, String topic, Predicate<TableName> wanted) {
    this.consumer = consumer;
    this.topic = topic;
    this.wanted = wanted;
  }

  /** Streams that are new since the last call; does not wait for the broker longer than needed. */
  List<SchemaDocument> poll(long nowNanos) {
    if (lookAtNanos != Long.MIN_VALUE && nowNanos < lookAtNanos) {
      return List.of();
    }
    lookAtNanos = nowNanos + LOOK_AGAIN.toNanos();
    return assigned || assign() ? read() : List.of();
  }

  private boolean assign() {
    var partitions = consumer.partitionsFor(topic, Duration.ofSeconds(5));
    if (partitions == null || partitions.isEmpty()) {
      return false;
    }
    consumer.assign(
        partitions.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList());
    consumer.seekToBeginning(consumer.assignment());
    assigned = true;
    return true;
  }

  /** Reads what is committed by now. */
  private List<SchemaDocument> read() {
    List<SchemaDocument> found = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (behind(ends)) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(LOOK_AGAIN)) {
        learn(each, found);
      }
    }
    return found;
  }

  private boolean behind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private void learn(ConsumerRecord<byte[], byte[]> each, List<SchemaDocument> found) {
    if (each.value() == null) {
      return;
    }
    try {
      SchemaDocument document = SchemaDocument.fromJson(each.value());
      TableName table = document.schema().table();
      if (wanted.test(table) && streams.put(table, document) == null) {
        found.add(document);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("{} offset {} holds no schema: {}", topic, each.offset(), e.getMessage());
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
