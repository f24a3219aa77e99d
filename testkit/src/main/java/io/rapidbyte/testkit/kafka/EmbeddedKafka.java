package io.rapidbyte.testkit.kafka;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker in this process: one KRaft node, broker and controller. Up in about a second.
 *
 * <p>Topics are created by whoever needs them, never by use. Over a directory that an earlier
 * broker left, also one that was killed, it goes on with what is there.
 */
public final class EmbeddedKafka implements KafkaServer {
  /** The largest record, and so the largest batch of a producer, that the broker takes. */
  public static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private static final String LOOPBACK = "127.0.0.1";

  private final KafkaRaftServer server;
  private final String bootstrap;
  private final Path directory;
  private final boolean temporary;

  private EmbeddedKafka(
      KafkaRaftServer server, String bootstrap, Path directory, boolean temporary) {
    this.server = server;
    this.bootstrap = bootstrap;
    this.directory = directory;
    this.temporary = temporary;
  }

  /**
   * How a broker is started.
   *
   * @param directory its logs; empty for a temporary one, removed at the end
   * @param port 0 for a free one
   * @param fsync whether a record is on the disk before it is acknowledged: needed where there is
   *     no replica and the data matter
   * @param settings further lines of server.properties
   */
  public record Options(
      Optional<Path> directory, int port, boolean fsync, Map<String, String> settings) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** For a test: temporary, a free port, no fsync. */
    public static Options defaults() {
      return new Options(Optional.empty(), 0, false, Map.of());
    }

    /** The same over a directory that stays. */
    public Options in(Path home) {
      return new Options(Optional.of(home), port, fsync, settings);
    }

    /** The same on a port. */
    public Options onPort(int wanted) {
      return new Options(directory, wanted, fsync, settings);
    }

    /** The same with every record on the disk before its acknowledgement. */
    public Options withFsync() {
      return new Options(directory, port, true, settings);
    }

    /** The same with one more setting. */
    public Options with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(name, value);
      return new Options(directory, port, fsync, more);
    }
  }

  /** Starts a broker for a test. */
  public static EmbeddedKafka start() {
    return start(Options.defaults());
  }

  /** Starts a broker; returns when it takes requests. */
  public static EmbeddedKafka start(Options options) {
    try {
      boolean temporary = options.directory().isEmpty();
      Path directory =
          temporary ? Files.createTempDirectory("rapidbyte-kafka") : options.directory().get();
      Files.createDirectories(directory);
      int port = options.port() == 0 ? freePort() : options.port();
      int controllerPort = freePort();
      Properties settings = settings(options, directory, port, controllerPort);
      format(directory);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, LOOPBACK + ":" + port, directory, temporary);
    } catch (IOException e) {
      throw new UncheckedIOException("the broker did not start", e);
    }
  }

  private static Properties settings(
      Options options, Path directory, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.setProperty("process.roles", "broker,controller");
    settings.setProperty("node.id", "1");
    settings.setProperty("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
    settings.setProperty(
        "listeners",
        "PLAINTEXT://"
            + LOOPBACK
            + ":"
            + port
            + ",CONTROLLER://"
            + LOOPBACK
            + ":"
            + controllerPort);
    settings.setProperty("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + port);
    settings.setProperty(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.setProperty("controller.listener.names", "CONTROLLER");
    settings.setProperty("inter.broker.listener.name", "PLAINTEXT");
    settings.setProperty("log.dirs", directory.resolve("logs").toString());
    settings.setProperty("auto.create.topics.enable", "false");
    settings.setProperty("offsets.topic.replication.factor", "1");
    settings.setProperty("offsets.topic.num.partitions", "4");
    settings.setProperty("transaction.state.log.replication.factor", "1");
    settings.setProperty("transaction.state.log.min.isr", "1");
    settings.setProperty("transaction.state.log.num.partitions", "4");
    settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
    settings.setProperty("share.coordinator.state.topic.min.isr", "1");
    settings.setProperty("default.replication.factor", "1");
    settings.setProperty("min.insync.replicas", "1");
    settings.setProperty("group.initial.rebalance.delay.ms", "0");
    settings.setProperty("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    settings.setProperty("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    settings.setProperty("socket.request.max.bytes", Integer.toString(128 * 1024 * 1024));
    settings.setProperty("num.network.threads", "2");
    settings.setProperty("num.io.threads", "4");
    settings.setProperty("log.cleaner.threads", "1");
    settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
    settings.setProperty("num.recovery.threads.per.data.dir", "2");
    if (options.fsync()) {
      settings.setProperty("log.flush.interval.messages", "1");
    }
    options.settings().forEach(settings::setProperty);
    return settings;
  }

  private static void format(Path directory) {
    Path logs = directory.resolve("logs");
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(new PrintStream(java.io.OutputStream.nullOutputStream()))
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName("CONTROLLER")
          .setSupportedFeatures(org.apache.kafka.server.common.Feature.PRODUCTION_FEATURES)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("the broker's directory could not be formatted", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** {@code host:port}, for {@code bootstrap.servers}. */
  @Override
  public String bootstrap() {
    return bootstrap;
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  /** Stops the broker; a temporary directory is removed. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    if (temporary) {
      remove(directory);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the broker's directory could not be removed", e);
    }
  }
}
