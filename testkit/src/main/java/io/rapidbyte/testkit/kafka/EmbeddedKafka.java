package io.rapidbyte.testkit.kafka;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.testkit.process.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A broker in this process: one KRaft node, broker and controller. Up in about a second.
 *
 * <p>Topics are created by whoever needs them, never by use. Over a directory that an earlier
 * broker left, also one that was killed, it goes on with what is there.
 */
public final class EmbeddedKafka implements KafkaServer {
  /** The largest record, and so the largest batch of a producer, that the broker takes. */
  public static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private static final int NODE = 1;
  private static final int PORT_ATTEMPTS = 3;
  private static final long GIVE_UP_MILLIS = 5_000;

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

  /**
   * Starts a broker; returns when it takes requests.
   *
   * @throws RapidbyteException {@code kafka/port-in-use}, or {@code kafka/directory-in-use} where
   *     another broker runs on it, or another code in {@code kafka/}
   */
  public static EmbeddedKafka start(Options options) {
    boolean temporary = options.directory().isEmpty();
    Path directory = options.directory().orElseGet(EmbeddedKafka::temporary);
    BrokerSettings.format(directory, NODE, Uuid.randomUuid().toString());
    for (int attempt = 1; ; attempt++) {
      int port = options.port() == 0 ? BrokerSettings.freePort() : options.port();
      try {
        KafkaRaftServer server = started(settings(options, directory, port), directory, port);
        return new EmbeddedKafka(
            server, BrokerSettings.LOOPBACK + ":" + port, directory, temporary);
      } catch (RapidbyteException e) {
        if (options.port() != 0 || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("rapidbyte-kafka");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for a broker", e);
    }
  }

  private static Properties settings(Options options, Path directory, int port) {
    var node = new BrokerSettings.Node(NODE, port, BrokerSettings.freePort());
    Properties settings = BrokerSettings.of(node, List.of(node), directory);
    if (options.fsync()) {
      settings.setProperty("log.flush.interval.messages", "1");
    }
    options.settings().forEach(settings::setProperty);
    return settings;
  }

  private static KafkaRaftServer started(Properties settings, Path directory, int port) {
    // The server only says that it failed to bind, and leaves what it has started behind.
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      probe.setReuseAddress(true);
    } catch (IOException e) {
      throw KafkaFailures.portInUse(port, e);
    }
    probeLock(directory);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      giveUp(server);
      throw KafkaFailures.notStarted(directory, e);
    }
  }

  /** The server finds out only after it has started threads that it then cannot stop. */
  private static void probeLock(Path directory) {
    Path file = directory.resolve("logs").resolve(".lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw KafkaFailures.directoryInUse(directory);
      }
    } catch (OverlappingFileLockException e) {
      throw KafkaFailures.directoryInUse(directory);
    } catch (IOException e) {
      throw KafkaFailures.unusable(directory, e);
    }
  }

  /** A server that has started in part may wait for ever for what has not. */
  private static void giveUp(KafkaRaftServer server) {
    Thread stopping = new Thread(server::shutdown, "broker-give-up");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(GIVE_UP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
      try {
        Trees.remove(directory);
      } catch (IOException e) {
        throw new UncheckedIOException("the broker's directory could not be removed", e);
      }
    }
  }
}
