package io.rapidbyte.testkit.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/** A small broker's server.properties, and the formatting of its directory. */
final class BrokerSettings {
  static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_REQUEST_BYTES = 128 * 1024 * 1024;

  private BrokerSettings() {}

  /**
   * A node of a cluster; each is broker and controller.
   *
   * @param id from 1
   */
  record Node(int id, int port, int controllerPort) {
    String voter() {
      return id + "@" + LOOPBACK + ":" + controllerPort;
    }
  }

  static Properties of(Node node, List<Node> cluster, Path directory) {
    String replicas = Integer.toString(cluster.size());
    String inSync = Integer.toString(Math.min(2, cluster.size()));
    Properties settings = new Properties();
    settings.setProperty("process.roles", "broker,controller");
    settings.setProperty("node.id", Integer.toString(node.id()));
    settings.setProperty(
        "controller.quorum.voters",
        cluster.stream().map(Node::voter).collect(Collectors.joining(",")));
    String clients = "PLAINTEXT://" + LOOPBACK + ":" + node.port();
    settings.setProperty(
        "listeners", clients + ",CONTROLLER://" + LOOPBACK + ":" + node.controllerPort());
    settings.setProperty("advertised.listeners", clients);
    settings.setProperty(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.setProperty("controller.listener.names", "CONTROLLER");
    settings.setProperty("inter.broker.listener.name", "PLAINTEXT");
    settings.setProperty("log.dirs", directory.resolve("logs").toString());
    settings.setProperty("auto.create.topics.enable", "false");
    settings.setProperty("offsets.topic.replication.factor", replicas);
    settings.setProperty("offsets.topic.num.partitions", "4");
    settings.setProperty("transaction.state.log.replication.factor", replicas);
    settings.setProperty("transaction.state.log.min.isr", inSync);
    settings.setProperty("transaction.state.log.num.partitions", "4");
    settings.setProperty("share.coordinator.state.topic.replication.factor", replicas);
    settings.setProperty("share.coordinator.state.topic.min.isr", inSync);
    settings.setProperty("default.replication.factor", replicas);
    settings.setProperty("min.insync.replicas", inSync);
    settings.setProperty("group.initial.rebalance.delay.ms", "0");
    sizes(settings);
    return settings;
  }

  private static void sizes(Properties settings) {
    String message = Integer.toString(EmbeddedKafka.MAX_MESSAGE_BYTES);
    settings.setProperty("message.max.bytes", message);
    settings.setProperty("replica.fetch.max.bytes", message);
    settings.setProperty("socket.request.max.bytes", Integer.toString(MAX_REQUEST_BYTES));
    settings.setProperty("num.network.threads", "2");
    settings.setProperty("num.io.threads", "4");
    settings.setProperty("log.cleaner.threads", "1");
    settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
    settings.setProperty("num.recovery.threads.per.data.dir", "2");
  }

  /** Formats the directory, where that was not done before. */
  static void format(Path directory, int nodeId, String clusterId) {
    Path logs = directory.resolve("logs");
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(nowhere)
          .setNodeId(nodeId)
          .setClusterId(clusterId)
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName("CONTROLLER")
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .run();
    } catch (Exception e) {
      throw KafkaFailures.unusable(directory, e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }
}
