package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.batch.RecordHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks through what a partition still has for the newest generation that begins in it. */
record GenerationScan(Map<String, Object> client) {
  private static final Duration POLL = Duration.ofMillis(500);

  /** The offset of that generation's first record. */
  Optional<Long> newest(TopicPartition partition) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Optional<Long> found = Optional.empty();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          if (begins(each)) {
            found = Optional.of(each.offset());
          }
        }
      }
      return found;
    }
  }

  private static boolean begins(ConsumerRecord<byte[], byte[]> each) {
    Header range = each.headers().lastHeader(RecordHeaders.RANGE);
    return range != null && new String(range.value(), UTF_8).equals(RecordHeaders.BEGIN);
  }
}
