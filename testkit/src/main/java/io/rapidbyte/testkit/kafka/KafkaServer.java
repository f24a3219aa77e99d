package io.rapidbyte.testkit.kafka;

/** A running Kafka. */
public interface KafkaServer extends AutoCloseable {
  /** For {@code bootstrap.servers}. */
  String bootstrap();

  /** Stops it. */
  @Override
  void close();
}
