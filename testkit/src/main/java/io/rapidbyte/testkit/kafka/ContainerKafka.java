package io.rapidbyte.testkit.kafka;

import org.testcontainers.kafka.KafkaContainer;

/** A broker in a container; stopping it removes the container. Needs a Docker engine. */
public final class ContainerKafka implements KafkaServer {
  private static final String IMAGE = "apache/kafka-native:4.3.1";

  private final KafkaContainer container;

  private ContainerKafka(KafkaContainer container) {
    this.container = container;
  }

  /** Starts a broker; returns when it takes requests. */
  public static ContainerKafka start() {
    KafkaContainer container =
        new KafkaContainer(IMAGE)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1")
            .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(EmbeddedKafka.MAX_MESSAGE_BYTES));
    container.start();
    return new ContainerKafka(container);
  }

  @Override
  public String bootstrap() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.stop();
  }
}
