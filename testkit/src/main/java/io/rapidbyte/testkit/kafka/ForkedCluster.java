package io.rapidbyte.testkit.kafka;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.process.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * One to three brokers in JVMs of their own, every topic on all of them, {@code
 * min.insync.replicas} 2 of 3. They end with this process; their directories are removed at the
 * close.
 */
public final class ForkedCluster implements KafkaServer {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final List<ForkedBroker> brokers;
  private final Path directory;

  private ForkedCluster(List<ForkedBroker> brokers, Path directory) {
    this.brokers = List.copyOf(brokers);
    this.directory = directory;
  }

  /** Starts {@code count} brokers; returns when all of them answer. */
  public static ForkedCluster start(int count) {
    return start(count, Map.of());
  }

  /**
   * Starts {@code count} brokers; returns when all of them answer.
   *
   * @param settings further lines of each server.properties
   */
  public static ForkedCluster start(int count, Map<String, String> settings) {
    try {
      Path directory = Files.createTempDirectory("rapidbyte-cluster");
      List<BrokerSettings.Node> nodes = new ArrayList<>();
      for (int id = 1; id <= count; id++) {
        nodes.add(
            new BrokerSettings.Node(id, BrokerSettings.freePort(), BrokerSettings.freePort()));
      }
      String clusterId = Uuid.randomUuid().toString();
      List<ForkedBroker> brokers = new ArrayList<>();
      for (BrokerSettings.Node node : nodes) {
        Path own = Files.createDirectories(directory.resolve("broker-" + node.id()));
        Properties properties = BrokerSettings.of(node, nodes, own);
        settings.forEach(properties::setProperty);
        brokers.add(ForkedBroker.prepare(node, properties, own, clusterId));
      }
      ForkedCluster cluster = new ForkedCluster(brokers, directory);
      try {
        brokers.forEach(ForkedBroker::start);
        cluster.awaitAll();
        return cluster;
      } catch (RuntimeException | Error e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a cluster's directories could not be made", e);
    }
  }

  /** Returns when every broker answers, such as after one was started again. */
  public void awaitAll() {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", bootstrap(),
            "request.timeout.ms", 4_000,
            "default.api.timeout.ms", 5_000);
    try (Admin admin = Admin.create(client)) {
      Eventually.until(
          brokers.size() + " brokers",
          PATIENCE,
          () -> admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == brokers.size());
    } catch (AssertionError e) {
      String outputs =
          brokers.stream().map(ForkedBroker::output).collect(Collectors.joining("\n---\n"));
      throw new AssertionError(e.getMessage() + "\n" + outputs, e);
    }
  }

  /** Broker {@code id}, from 1. */
  public ForkedBroker broker(int id) {
    return brokers.get(id - 1);
  }

  @Override
  public String bootstrap() {
    return brokers.stream()
        .map(broker -> BrokerSettings.LOOPBACK + ":" + broker.port())
        .collect(Collectors.joining(","));
  }

  /** Kills all brokers and removes their directories. */
  @Override
  public void close() {
    brokers.forEach(ForkedBroker::end);
    try {
      Trees.remove(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("a cluster's directories could not be removed", e);
    }
  }
}
