package io.rapidbyte.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres server of one's own: {@code try (var pg = EmbeddedPostgres.start()) { … }}.
 *
 * <p>{@code wal_level=logical}, {@code synchronous_commit=on}, loopback only. Methods are for one
 * thread at a time.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "postgres";
  private static final Duration START_WAIT = Duration.ofSeconds(60);

  private final Options options;
  private final Path dataDirectory;
  private final int port;
  private io.zonky.test.db.postgres.embedded.@Nullable EmbeddedPostgres server;

  private EmbeddedPostgres(
      Options options,
      Path dataDirectory,
      io.zonky.test.db.postgres.embedded.EmbeddedPostgres server) {
    this.options = options;
    this.dataDirectory = dataDirectory;
    this.server = server;
    this.port = server.getPort();
  }

  /**
   * How a server is started.
   *
   * @param settings further lines of postgresql.conf
   * @param dataDirectory kept at the end; empty for a temporary one
   */
  public record Options(Map<String, String> settings, Optional<Path> dataDirectory) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** What {@link EmbeddedPostgres#start()} uses. */
    public static Options defaults() {
      return new Options(Map.of(), Optional.empty());
    }

    /** The same with one more setting. */
    public Options with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(name, value);
      return new Options(more, dataDirectory);
    }

    /** The same with a data directory that stays. */
    public Options in(Path directory) {
      return new Options(settings, Optional.of(directory));
    }
  }

  /** Starts a server with the defaults. */
  public static EmbeddedPostgres start() {
    return start(Options.defaults());
  }

  /** Starts a server; returns when it accepts connections. */
  public static EmbeddedPostgres start(Options options) {
    try {
      Path directory =
          options.dataDirectory().isPresent()
              ? options.dataDirectory().get()
              : Files.createTempDirectory("rapidbyte-postgres").resolve("data");
      return new EmbeddedPostgres(options, directory, launch(options, directory, 0));
    } catch (IOException e) {
      throw new UncheckedIOException("Postgres did not start", e);
    }
  }

  private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres launch(
      Options options, Path directory, int port) throws IOException {
    var builder =
        io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
            .setDataDirectory(directory)
            .setCleanDataDirectory(false)
            .setPGStartupWait(START_WAIT)
            .setServerConfig("wal_level", "logical")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_wal_senders", "20")
            .setServerConfig("max_replication_slots", "20")
            .setServerConfig("max_connections", "100")
            .setServerConfig("listen_addresses", "127.0.0.1");
    options.settings().forEach(builder::setServerConfig);
    if (port != 0) {
      builder.setPort(port);
    }
    return builder.start();
  }

  /** The server's port; the same after a restart. */
  public int port() {
    return port;
  }

  /** Always the loopback address. */
  public String host() {
    return "127.0.0.1";
  }

  /** A superuser that needs no password. */
  public String user() {
    return USER;
  }

  /** Not checked by the server. */
  public String password() {
    return "postgres";
  }

  /** Where its files are. */
  public Path dataDirectory() {
    return dataDirectory;
  }

  /** A JDBC URL for a database, user included. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host() + ":" + port + "/" + database + "?user=" + USER;
  }

  /** Connects to database {@code postgres}. */
  public Connection connect() throws SQLException {
    return connect("postgres");
  }

  /** Connects to a database. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database));
  }

  /** Kills the postmaster with -9 and waits until it is gone; its children end by themselves. */
  public void kill9() {
    try {
      String pid = Files.readAllLines(dataDirectory.resolve("postmaster.pid")).get(0).strip();
      ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      postmaster.destroyForcibly();
      postmaster.onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException("no postmaster.pid", e);
    }
    release();
  }

  /** Lets go of the handle, and of the lock on the data directory with it. */
  private void release() {
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Postgres did not stop", e);
      }
      server = null;
    }
  }

  /** Starts again on the same data and port. */
  public void restart() {
    release();
    try {
      server = launch(options, dataDirectory, port);
    } catch (IOException e) {
      throw new UncheckedIOException("Postgres did not start again", e);
    }
  }

  /** Stops the server; a temporary data directory is removed. */
  @Override
  public void close() {
    release();
    if (options.dataDirectory().isEmpty()) {
      try (Stream<Path> files = Files.walk(dataDirectory.getParent())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Postgres's directory could not be removed", e);
      }
    }
  }
}
