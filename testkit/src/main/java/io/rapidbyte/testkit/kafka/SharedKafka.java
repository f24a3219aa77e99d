package io.rapidbyte.testkit.kafka;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One broker for all tests of a JVM. Each test takes names of its own, by {@link #unique}.
 *
 * <p>In this process, or in a container with {@code -Dtestkit=containers}. Thread-safe.
 */
public final class SharedKafka {
  private static final AtomicLong COUNT = new AtomicLong();

  private SharedKafka() {}

  private static final class Holder {
    static final KafkaServer SERVER = start();

    private static KafkaServer start() {
      KafkaServer server = KafkaServers.start();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shared-kafka-close"));
      return server;
    }
  }

  /** The broker's address; it is started with the first call. */
  public static String bootstrap() {
    return Holder.SERVER.bootstrap();
  }

  /** A name that no other test of this JVM has: {@code prefix-N}. */
  public static String unique(String prefix) {
    return prefix + "-" + COUNT.incrementAndGet();
  }
}
