package io.rapidbyte.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A dead letter topic, as its read_committed readers see it. Each question reads it anew, from its
 * beginning to its end; a topic that is not there has no letters.
 *
 * @param bootstrap of a broker without security
 */
public record DeadLetters(String bootstrap, String topic) {
  /** The distinct ids in it; a letter may be there more than once under one id. */
  public Set<String> ids() {
    return all().stream()
        .map(letter -> new String(letter.headers().lastHeader("rb-id").value(), UTF_8))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How many letters are in it, each counted once. */
  public int count() {
    return ids().size();
  }

  /** The rows in it, by the numbers in their keys. */
  public Set<String> rows() {
    return all().stream()
        .map(letter -> letter.key() == null ? "" : new String(letter.key(), UTF_8))
        .map(key -> key.replaceAll("[^-0-9]", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The documents in it, in their order. */
  public List<String> documents() {
    return all().stream().map(letter -> new String(letter.value(), UTF_8)).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> all() {
    Map<String, Object> client =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false);
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      if (!consumer.listTopics().containsKey(topic)) {
        return letters;
      }
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
      }
    }
    return letters;
  }
}
