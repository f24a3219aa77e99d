package io.rapidbyte.testkit.kafka;

/** Starts a broker where this run wants it: in this process, or in a container. */
public final class KafkaServers {
  private KafkaServers() {}

  /** A broker for tests; {@code -Dtestkit=containers} puts it into a container. */
  public static KafkaServer start() {
    return System.getProperty("testkit", "embedded").equals("containers")
        ? ContainerKafka.start()
        : EmbeddedKafka.start();
  }
}
