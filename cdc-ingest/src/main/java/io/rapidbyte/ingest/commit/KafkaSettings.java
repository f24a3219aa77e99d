package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.spec.LimitSpec;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of ingest's Kafka clients.
 *
 * @param base {@code bootstrap.servers} and security
 */
public record KafkaSettings(Map<String, Object> base, LimitSpec limits) {
  /** Headers, keys and the batch's own frame beside a value. */
  private static final int RECORD_OVERHEAD = 64 * 1024;

  private static final int MIB = 1024 * 1024;
  private static final int TRANSACTION_TIMEOUT_MILLIS = 120_000;

  public KafkaSettings {
    base = Map.copyOf(base);
  }

  /** The most bytes that one record may take in a topic of ours. */
  public int maxMessageBytes() {
    return limits.recordBytes() + RECORD_OVERHEAD;
  }

  /** For the transactional producer, whose id fences every other holder of it. */
  public Map<String, Object> producer(String transactionalId) {
    Map<String, Object> all = new HashMap<>(base);
    all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    all.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * maxMessageBytes());
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, MIB);
    all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(48 * MIB, 3L * maxMessageBytes()));
    all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 90_000);
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return all;
  }

  /** For reading a topic of ours to its end; joins no group. */
  public Map<String, Object> reader(String clientId) {
    Map<String, Object> all = new HashMap<>(base);
    all.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return all;
  }
}
