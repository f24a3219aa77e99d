package io.rapidbyte.testkit.postgres;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.testkit.process.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres server of one's own: {@code try (var pg = EmbeddedPostgres.start()) { … }}.
 *
 * <p>{@code wal_level=logical}, {@code synchronous_commit=on}, loopback only. {@code fsync} is off:
 * what was committed survives a kill of the server, not one of the machine. It ends with this
 * process. Methods are for one thread at a time.
 */
public final class EmbeddedPostgres implements PostgresServer {
  private static final String USER = "postgres";
  private static final String SETTINGS_FILE = "rapidbyte.conf";
  private static final int PORT_ATTEMPTS = 3;

  private final Options options;
  private final PostgresBinaries binaries;
  private final Path dataDirectory;
  private final int port;
  private @Nullable Postmaster postmaster;

  private EmbeddedPostgres(
      Options options, PostgresBinaries binaries, Path dataDirectory, int port) {
    this.options = options;
    this.binaries = binaries;
    this.dataDirectory = dataDirectory;
    this.port = port;
  }

  /**
   * How a server is started.
   *
   * @param version the newest by default
   * @param settings further lines of postgresql.conf; they override ours
   * @param dataDirectory kept at the end; empty for a temporary one. One that is there already is
   *     gone on with
   */
  public record Options(
      PostgresVersion version, Map<String, String> settings, Optional<Path> dataDirectory) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** What {@link EmbeddedPostgres#start()} uses. */
    public static Options defaults() {
      return new Options(PostgresVersion.V18, Map.of(), Optional.empty());
    }

    /** The same with another version. */
    public Options version(PostgresVersion wanted) {
      return new Options(wanted, settings, dataDirectory);
    }

    /** The same with one more setting. */
    public Options with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(name, value);
      return new Options(version, more, dataDirectory);
    }

    /** The same with a data directory that stays. */
    public Options in(Path directory) {
      return new Options(version, settings, Optional.of(directory));
    }
  }

  /** Starts a server with the defaults. */
  public static EmbeddedPostgres start() {
    return start(Options.defaults());
  }

  /**
   * Starts a server; returns when it accepts connections.
   *
   * @throws RapidbyteException {@code testkit/postgres-not-started}, with the end of its log
   */
  public static EmbeddedPostgres start(Options options) {
    PostgresBinaries binaries = PostgresBinaries.of(options.version());
    Path directory = options.dataDirectory().orElseGet(EmbeddedPostgres::temporary);
    if (!Files.exists(directory.resolve("PG_VERSION"))) {
      Postmaster.initialize(binaries, directory, USER);
    }
    for (int attempt = 1; ; attempt++) {
      EmbeddedPostgres server = new EmbeddedPostgres(options, binaries, directory, freePort());
      try {
        server.restart();
        return server;
      } catch (RapidbyteException e) {
        if (attempt == PORT_ATTEMPTS || !e.error().message().contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  /**
   * Starts a standby that streams from this server, which goes on meanwhile: a copy of its files
   * taken under a backup. It keeps a physical slot {@code standby} on this server, and in step with
   * it those logical slots that are made for a failover, from PostgreSQL 17 on.
   *
   * @param directory where its files shall be; it stays
   */
  public EmbeddedPostgres standby(Path directory) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('standby', true)");
      boolean newNames = options.version().major() >= 15;
      statement.execute(
          newNames
              ? "SELECT pg_backup_start('standby', true)"
              : "SELECT pg_start_backup('standby', true, false)");
      Trees.copy(dataDirectory, directory);
      Files.deleteIfExists(directory.resolve("postmaster.pid"));
      try (ResultSet row =
          statement.executeQuery(
              newNames
                  ? "SELECT labelfile FROM pg_backup_stop(false)"
                  : "SELECT labelfile FROM pg_stop_backup(false, false)")) {
        row.next();
        Files.writeString(directory.resolve("backup_label"), row.getString(1));
      }
      Files.createFile(directory.resolve("standby.signal"));
    } catch (SQLException | IOException e) {
      throw PostgresFailures.notStarted("a standby's files could not be copied", e);
    }
    Options own =
        options
            .in(directory)
            .with(
                "primary_conninfo",
                "host=%s port=%d user=%s dbname=postgres".formatted(host(), port, USER))
            .with("primary_slot_name", "standby")
            .with("hot_standby", "on")
            .with("hot_standby_feedback", "on");
    if (options.version().major() >= 17) {
      // Once promoted it has no standby of its own to wait for.
      own = own.with("sync_replication_slots", "on").with("synchronized_standby_slots", "");
    }
    return start(own);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("rapidbyte-postgres").resolve("data");
    } catch (IOException e) {
      throw PostgresFailures.notStarted("no temporary directory", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw PostgresFailures.notStarted("no free port", e);
    }
  }

  /** In a file of its own, so that whoever starts the kept directory later gets the same server. */
  private void writeSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addresses", host());
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", "");
    settings.put("wal_level", "logical");
    settings.put("synchronous_commit", "on");
    settings.put("fsync", "off");
    settings.put("max_wal_senders", "30");
    settings.put("max_replication_slots", "30");
    settings.put("max_connections", "200");
    settings.put("timezone", "UTC");
    settings.putAll(options.settings());
    String lines =
        settings.entrySet().stream()
            .map(entry -> entry.getKey() + " = '" + entry.getValue().replace("'", "''") + "'\n")
            .collect(Collectors.joining());
    try {
      Path own = dataDirectory.resolve(SETTINGS_FILE);
      if (!Files.exists(own)) {
        Files.writeString(
            dataDirectory.resolve("postgresql.conf"),
            "\ninclude_if_exists = '" + SETTINGS_FILE + "'\n",
            StandardOpenOption.APPEND);
      }
      Files.writeString(own, lines);
    } catch (IOException e) {
      throw PostgresFailures.notStarted("its settings could not be written", e);
    }
  }

  /** The same after a restart. */
  @Override
  public int port() {
    return port;
  }

  /** Always the loopback address. */
  @Override
  public String host() {
    return "127.0.0.1";
  }

  /** A superuser that needs no password. */
  @Override
  public String user() {
    return USER;
  }

  /** Not checked by the server. */
  @Override
  public String password() {
    return USER;
  }

  /** Where its files are, its log {@code server.log} among them. */
  public Path dataDirectory() {
    return dataDirectory;
  }

  /** The server process's id; 0 where it does not run. */
  public long pid() {
    return postmaster == null ? 0 : postmaster.pid();
  }

  /** Kills the server with -9; returns when its sessions are gone too. The data stay. */
  public void kill9() {
    if (postmaster != null) {
      postmaster.kill9();
      postmaster = null;
    }
  }

  /** Ends sessions and stops cleanly. The data stay. */
  public void stop() {
    if (postmaster != null) {
      postmaster.stop();
      postmaster = null;
    }
  }

  /** Starts again on the same data and port, stopping it cleanly before where it still runs. */
  public void restart() {
    stop();
    writeSettings();
    postmaster = Postmaster.start(binaries, dataDirectory);
  }

  /** Stops the server; a temporary data directory is removed. */
  @Override
  public void close() {
    if (options.dataDirectory().isPresent()) {
      stop();
      return;
    }
    if (postmaster != null) {
      postmaster.abandon();
      postmaster = null;
    }
    try {
      Trees.remove(Objects.requireNonNull(dataDirectory.getParent()));
    } catch (IOException e) {
      throw new UncheckedIOException("Postgres's directory could not be removed", e);
    }
  }
}
