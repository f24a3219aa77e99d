package io.rapidbyte.app.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.app.command.Printed;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All roles in one process of its own, the home's broker among them, beside a Postgres that has two
 * databases: {@code source} and {@code copy}. The warehouse is a DuckDB file.
 */
public final class LivePipeline implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path home;
  private final Path file;
  private final EmbeddedPostgres postgres;
  private @Nullable ForkedJvm worker;

  /** Starts Postgres; nothing else yet. */
  public LivePipeline(Path home, EmbeddedPostgres.Options options) {
    this.home = home;
    this.file = home.resolve("pipeline.yaml");
    this.postgres = EmbeddedPostgres.start(options);
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE source");
      statement.execute("CREATE DATABASE copy");
    } catch (SQLException e) {
      throw new IllegalStateException("the databases were not created", e);
    }
  }

  /** The server of source and copy. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** Runs statements in the source, in one transaction. */
  public void source(String... statements) throws SQLException {
    try (Connection connection = postgres.connect("source")) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
      connection.commit();
    }
  }

  /** Writes pipeline.yaml: both destinations, and {@code streams} and what follows as given. */
  public LivePipeline declare(String streamsAndMore) {
    return declare(
        """
        destinations:
          warehouse: { duckdb: { path: "%s" } }
          copy: { postgres: { host: 127.0.0.1, port: %d, database: copy, user: postgres, sslmode: disable } }
        """
                .formatted(warehouse(), postgres.port())
            + streamsAndMore,
        "");
  }

  /**
   * Writes pipeline.yaml: one DuckDB destination, and {@code streams} and what follows as given.
   */
  public LivePipeline declareWarehouse(String streamsAndMore) {
    return declare(
        "destinations: { warehouse: { duckdb: { path: \""
            + warehouse()
            + "\" } } }\n"
            + streamsAndMore,
        "");
  }

  /** Writes pipeline.yaml: destinations, streams and what follows as given. */
  public LivePipeline declareAll(String destinationsAndMore) {
    return declare(destinationsAndMore, "");
  }

  private LivePipeline declare(String rest, String sourceOptions) {
    String head =
        """
        version: 1
        pipeline: live
        source:
          postgres: { host: 127.0.0.1, port: %d, database: source, user: postgres, sslmode: disable }
        %s\
        """
            .formatted(postgres.port(), sourceOptions);
    try {
      Files.writeString(file, head + rest, UTF_8);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the worker, or starts it again. */
  public ForkedJvm start(UnaryOperator<ForkedJvm.Options> options) {
    stop();
    ForkedJvm started =
        ForkedJvm.start(
            options.apply(
                ForkedJvm.Options.of(
                    "io.rapidbyte.app.Main", "run", file.toString(), "--home", home.toString())));
    worker = started;
    return started;
  }

  /** Kills the worker where one runs. */
  public void stop() {
    if (worker != null) {
      worker.close();
      worker = null;
    }
  }

  /** Asks the worker to stop, and returns its exit code. */
  public OptionalInt terminate() throws InterruptedException {
    if (worker == null) {
      return OptionalInt.empty();
    }
    worker.terminate();
    return worker.waitFor(Duration.ofSeconds(30));
  }

  /** The running warehouse's answer to a query of one value; empty where there is none yet. */
  public String query(String sql) {
    Printed printed = new Printed();
    int status =
        printed.run(
            "query",
            file.toString(),
            sql,
            "--destination",
            "warehouse",
            "--output",
            "json",
            "--home",
            home.toString());
    try {
      JsonNode row = JSON.readTree(printed.out());
      return status == 0 && row.elements().hasNext() ? row.elements().next().asText() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code rapidbyte} prints for a command of this pipeline. */
  public String command(String name, String... more) {
    List<String> all = new ArrayList<>(List.of(name, file.toString()));
    all.addAll(List.of(more));
    all.addAll(List.of("--home", home.toString()));
    Printed printed = new Printed();
    int status = printed.run(all.toArray(String[]::new));
    if (status != 0) {
      throw new AssertionError(all + " ended with " + status + ": " + printed.err());
    }
    return printed.out();
  }

  /** Waits until a query of one value gives {@code answer}; fails early where the worker ended. */
  public void awaitWarehouse(String sql, String answer, Duration patience) {
    awaitAlive(sql + " is " + answer, patience, () -> query(sql).equals(answer));
  }

  /** The same for the copy. */
  public void awaitCopy(String sql, String answer, Duration patience) {
    awaitAlive(sql + " is " + answer, patience, () -> answer.equals(one("copy", sql)));
  }

  private void awaitAlive(
      String what, Duration patience, java.util.concurrent.Callable<Boolean> condition) {
    try {
      Eventually.until(
          what, patience, () -> worker == null || !worker.isAlive() || condition.call());
      if (worker != null && !worker.isAlive()) {
        throw new AssertionError("the worker has ended; waited until " + what);
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + output(), e);
    }
  }

  /** One value of a database of the server. */
  public String one(String database, String sql) throws SQLException {
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  /** What the worker printed. */
  public String output() {
    return worker == null ? "" : worker.output();
  }

  /** Kafka's address, the same in every life. */
  public String bootstrap() {
    try {
      return Files.readAllLines(home.resolve("broker.address")).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The warehouse's file; to be opened while no worker runs. */
  public Path warehouse() {
    return home.resolve("warehouse.duckdb");
  }

  /** How a table of the warehouse, whose worker is stopped, differs from the source's. */
  public Comparer.Verdict compareWarehouse(String table) throws SQLException {
    try (Connection destination = DriverManager.getConnection("jdbc:duckdb:" + warehouse())) {
      return compare(table, destination);
    }
  }

  /** How a table of the copy differs from the source's. */
  public Comparer.Verdict compareCopy(String table) throws SQLException {
    try (Connection destination = postgres.connect("copy")) {
      return compare(table, destination);
    }
  }

  private Comparer.Verdict compare(String table, Connection destination) throws SQLException {
    try (Connection source = postgres.connect("source")) {
      return new Comparer(source, destination)
          .compare(Comparer.Pair.whole(source, "public." + table, "public." + table));
    }
  }

  /** Kilobytes that a line of the worker's {@code /proc/…/status} tells, such as {@code VmHWM}. */
  public long memory(String line) {
    if (worker == null) {
      return 0;
    }
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(worker.pid()), "status")).stream()
          .filter(each -> each.startsWith(line + ":"))
          .mapToLong(each -> Long.parseLong(each.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
    postgres.close();
  }
}
