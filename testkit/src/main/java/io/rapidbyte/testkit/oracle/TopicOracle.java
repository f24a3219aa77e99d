package io.rapidbyte.testkit.oracle;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Says whether a pipeline's stream topics hold each change exactly once, in order, and whole
 * transactions, as any reader would see them: read_committed, decoded by Arrow's own stream reader.
 *
 * <p>Reads from the beginning to the end that the topics have when it starts. Memory grows with the
 * number of transactions and snapshot rows. For one thread.
 */
public final class TopicOracle {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int FETCH_BYTES = 32 * 1024 * 1024;

  private final Map<String, Object> client;

  /** An oracle over the topics of the Kafka at {@code bootstrap}. */
  public TopicOracle(String bootstrap) {
    this(Map.of("bootstrap.servers", bootstrap));
  }

  /** An oracle with a client's settings: bootstrap.servers, and security where there is any. */
  public TopicOracle(Map<String, Object> client) {
    this.client = new HashMap<>(client);
    this.client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.client.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    this.client.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
  }

  /**
   * Reads topics that together hold all streams of one source.
   *
   * @param patience how long a partition may give nothing before its end
   * @throws AssertionError where the end is not reached, such as behind a hanging transaction
   */
  public TopicReport read(Collection<String> topics, Duration patience) {
    TopicTally tally = new TopicTally();
    try (BufferAllocator allocator = new RootAllocator();
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, ByteArrayOutputStream> parts = new HashMap<>();
      long deadline = System.nanoTime() + patience.toNanos();
      while (!reached(consumer, ends)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("nothing came before the end of " + topics + ": " + ends);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.getOrDefault(partition, 0L)) {
            take(record, partition, parts, tally, allocator);
          }
          deadline = System.nanoTime() + patience.toNanos();
        }
      }
      parts.keySet().forEach(at -> tally.violation(at + " ends within a row cut into parts"));
    }
    return tally.report();
  }

  private static boolean reached(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Puts the pieces of a cut row together again before it is looked at. */
  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      TopicPartition partition,
      Map<TopicPartition, ByteArrayOutputStream> parts,
      TopicTally tally,
      BufferAllocator allocator) {
    String part = StreamRecord.header(record, "rb-part");
    if (part.isEmpty()) {
      tally.add(StreamRecord.of(record, record.value(), allocator));
      return;
    }
    String[] place = part.split("/", -1);
    ByteArrayOutputStream whole =
        parts.computeIfAbsent(partition, absent -> new ByteArrayOutputStream());
    whole.writeBytes(record.value());
    if (place[0].equals(place[1])) {
      parts.remove(partition);
      tally.add(StreamRecord.of(record, whole.toByteArray(), allocator));
    }
  }
}
