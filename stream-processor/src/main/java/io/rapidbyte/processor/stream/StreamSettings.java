package io.rapidbyte.processor.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;

/** Settings of a stream's application. Streams' defaults are for records of a few bytes. */
final class StreamSettings {
  private static final int MIB = 1024 * 1024;

  /** A member that is gone for good keeps its partitions so long; one that comes back, not. */
  private static final int SESSION_MILLIS = 10_000;

  private static final Duration LEAST_TRANSACTION = Duration.ofSeconds(60);

  /** What brokers allow unless told otherwise ({@code transaction.max.timeout.ms}). */
  private static final Duration MOST_TRANSACTION = Duration.ofMinutes(15);

  /** Halvings of a batch in which one row runs into its deadline each time. */
  private static final int HALVINGS = 17;

  private StreamSettings() {}

  /**
   * The settings.
   *
   * @param instance names the process: as long as a home lives, its successor has the same
   */
  static Properties of(StreamPart part, Map<String, Object> client, String instance) {
    Properties all = new Properties();
    all.putAll(client);
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, part.application());
    all.put(StreamsConfig.CLIENT_ID_CONFIG, part.application());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
    all.put(StreamsConfig.POLL_MS_CONFIG, 50);
    all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 8);
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    all.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailExceptionHandler.class);
    Integer replication = part.pipeline().kafka().replication();
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replication == null ? -1 : replication);
    consumer(part, instance)
        .forEach((key, value) -> all.put(StreamsConfig.mainConsumerPrefix(key), value));
    producer(part).forEach((key, value) -> all.put(StreamsConfig.producerPrefix(key), value));
    return all;
  }

  private static Map<String, Object> consumer(StreamPart part, String instance) {
    int record = Preparation.messageBytes(part.pipeline().limits().recordBytes());
    Map<String, Object> consumer = new HashMap<>();
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
    consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 5);
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 8);
    consumer.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 3 * (int) transaction(part).toMillis());
    consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Math.max(16 * MIB, record));
    consumer.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 * MIB);
    consumer.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
    return consumer;
  }

  private static Map<String, Object> producer(StreamPart part) {
    int record = Preparation.messageBytes(part.pipeline().limits().recordBytes());
    Map<String, Object> producer = new HashMap<>();
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * record);
    producer.put(ProducerConfig.BATCH_SIZE_CONFIG, MIB);
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(32 * MIB, 3L * record));
    producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) transaction(part).toMillis());
    return producer;
  }

  /** The slowest batch must fit into a transaction: one that a guest cannot cope with. */
  private static Duration transaction(StreamPart part) {
    Duration slowest = part.pipeline().limits().moduleTimeout().multipliedBy(2 * HALVINGS);
    Duration enough = slowest.compareTo(LEAST_TRANSACTION) > 0 ? slowest : LEAST_TRANSACTION;
    return enough.compareTo(MOST_TRANSACTION) < 0 ? enough : MOST_TRANSACTION;
  }

  /** How long rows that fail are looked for in one record: there is time left for the rest. */
  static Duration patience(StreamPart part) {
    return transaction(part).dividedBy(2);
  }
}
