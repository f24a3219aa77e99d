package io.rapidbyte.app.reliability;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A partition behind which no read_committed reader comes: somebody's transaction is open there.
 * What is written behind it stays to be read until it is aborted; other partitions go on.
 */
final class HeldPartition implements AutoCloseable {
  private static final int LONGEST_MILLIS = 600_000;

  private final KafkaProducer<byte[], byte[]> producer;

  private HeldPartition(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  static HeldPartition hold(String bootstrap, TopicPartition partition)
      throws ExecutionException, InterruptedException {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "holds-" + partition,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            LONGEST_MILLIS);
    HeldPartition held =
        new HeldPartition(
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    held.producer.initTransactions();
    held.producer.beginTransaction();
    held.producer
        .send(
            new ProducerRecord<>(
                partition.topic(), partition.partition(), null, new byte[] {'n', 'o'}))
        .get();
    return held;
  }

  /** Readers go on. */
  @Override
  public void close() {
    producer.abortTransaction();
    producer.close();
  }
}
