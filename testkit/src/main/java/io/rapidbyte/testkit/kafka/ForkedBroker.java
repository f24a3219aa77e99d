package io.rapidbyte.testkit.kafka;

import io.rapidbyte.testkit.process.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A broker in a JVM of its own, which can be killed, frozen, and started again on its port and
 * directory. Made by a {@link ForkedCluster}; for one thread at a time.
 */
public final class ForkedBroker {
  private static final String HEAP = "384m";

  private final int id;
  private final int port;
  private final Path properties;
  private @Nullable ForkedJvm jvm;

  private ForkedBroker(int id, int port, Path properties) {
    this.id = id;
    this.port = port;
    this.properties = properties;
  }

  static ForkedBroker prepare(
      BrokerSettings.Node node, Properties settings, Path directory, String clusterId) {
    BrokerSettings.format(directory, node.id(), clusterId);
    Path file = directory.resolve("server.properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      settings.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException("a broker's settings could not be written", e);
    }
    return new ForkedBroker(node.id(), node.port(), file);
  }

  /** Its node id, from 1. */
  public int id() {
    return id;
  }

  /** Where clients connect, on 127.0.0.1; the same in every life. */
  public int port() {
    return port;
  }

  /** Whether its process runs, frozen or not. */
  public boolean isAlive() {
    return jvm != null && jvm.isAlive();
  }

  /** Starts it, again after its end; returns at once. */
  public void start() {
    if (isAlive()) {
      throw new IllegalStateException("broker " + id + " runs");
    }
    end();
    jvm =
        ForkedJvm.start(
            ForkedJvm.Options.of("kafka.Kafka", properties.toString())
                .heap(HEAP)
                .flag("-XX:TieredStopAtLevel=1"));
  }

  /** SIGKILL; returns when it is gone. */
  public void kill9() {
    running().kill9();
  }

  /** SIGTERM: it hands over its partitions and ends. */
  public void terminate() {
    running().terminate();
  }

  /** SIGSTOP: it keeps its connections and answers nothing. */
  public void freeze() {
    running().freeze();
  }

  /** SIGCONT. */
  public void thaw() {
    running().thaw();
  }

  /** What it has printed in this life. */
  public String output() {
    return running().output();
  }

  private ForkedJvm running() {
    if (jvm == null) {
      throw new IllegalStateException("broker " + id + " was not started");
    }
    return jvm;
  }

  void end() {
    if (jvm != null) {
      jvm.close();
      jvm = null;
    }
  }
}
