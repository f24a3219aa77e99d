package io.rapidbyte.app.kill;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import io.rapidbyte.testkit.shop.Shop;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The shop, replicated into DuckDB and into another Postgres, each role a process that can be
 * killed. The broker is the caller's.
 */
final class KilledPipeline implements AutoCloseable {
  /** A process of the pipeline. */
  enum Worker {
    INGEST("ingest"),
    SINK("sink");

    private final String role;

    Worker(String role) {
      this.role = role;
    }
  }

  static final String NAME = "kill";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EmbeddedPostgres postgres;
  private final Path home;
  private final Path file;
  private final Map<Worker, ForkedJvm> workers = new EnumMap<>(Worker.class);
  private final List<String> outputs = new ArrayList<>();

  KilledPipeline(String bootstrap, Path home, long rows) {
    this.home = home;
    this.file = home.resolve("pipeline.yaml");
    this.postgres = EmbeddedPostgres.start();
    try (Connection connection = postgres.connect()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE shop");
        statement.execute("CREATE DATABASE copy");
      }
      try (Connection shop = postgres.connect("shop")) {
        Shop.create(shop, rows);
      }
      Files.writeString(file, yaml(bootstrap));
    } catch (SQLException e) {
      throw new IllegalStateException("the shop was not created", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String yaml(String bootstrap) {
    return """
    version: 1
    pipeline: %s
    kafka: { bootstrap: "%s" }
    source:
      postgres: { host: 127.0.0.1, port: %d, database: shop, user: postgres, sslmode: disable }
    streams:
      - { table: public.* }
    destinations:
      warehouse: { duckdb: { path: "%s" } }
      copy: { postgres: { host: 127.0.0.1, port: %d, database: copy, user: postgres, sslmode: disable } }
    """
        .formatted(NAME, bootstrap, postgres.port(), warehouse(), postgres.port());
  }

  /** The streams' topics. */
  List<String> topics() {
    return Shop.TABLES.stream().map(table -> NAME + ".public." + table).toList();
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  private Path warehouse() {
    return home.resolve("warehouse.duckdb");
  }

  /** Starts a worker, or starts it again; {@code failpoint} may be empty. */
  void start(Worker worker, String failpoint) {
    stop(worker);
    ForkedJvm.Options options =
        ForkedJvm.Options.of(
                "io.rapidbyte.app.Main",
                "run",
                file.toString(),
                "--role",
                worker.role,
                "--home",
                home.toString())
            .heap("512m");
    workers.put(
        worker, ForkedJvm.start(failpoint.isEmpty() ? options : options.failingAt(failpoint)));
  }

  /** Kills a worker with -9. */
  void kill(Worker worker) {
    stop(worker);
  }

  private void stop(Worker worker) {
    ForkedJvm running = workers.remove(worker);
    if (running != null) {
      running.kill9();
      outputs.add(worker + ": " + running.output());
      running.close();
    }
  }

  /** Whether a worker has ended by itself, as at a failpoint. */
  boolean hasEnded(Worker worker) {
    ForkedJvm running = workers.get(worker);
    return running == null || !running.isAlive();
  }

  /** Writes into the shop until closed. */
  ShopWriter writer(long seed, double changesPerSecond) throws SQLException {
    return ShopWriter.start(postgres.connect("shop"), seed, 5_000, changesPerSecond);
  }

  /** Waits until both destinations hold what the source holds. */
  void awaitInSync() {
    Eventually.until("the copy is in sync", PATIENCE, () -> verdicts(copy()).isEmpty());
    Eventually.until(
        "the warehouse is in sync",
        PATIENCE,
        () -> {
          // DuckDB lets one process open the file: the worker makes room for the look.
          kill(Worker.SINK);
          List<Comparer.Verdict> wrong = verdicts(duckDb());
          if (!wrong.isEmpty()) {
            start(Worker.SINK, "");
            Eventually.until("the copy is in sync", PATIENCE, () -> verdicts(copy()).isEmpty());
          }
          return wrong.isEmpty();
        });
  }

  private Connection copy() throws SQLException {
    return postgres.connect("copy");
  }

  private Connection duckDb() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + warehouse());
  }

  /** What is not in sync. */
  private List<Comparer.Verdict> verdicts(Connection destination) throws SQLException {
    try (destination;
        Connection source = postgres.connect("shop")) {
      List<Comparer.Verdict> wrong = new ArrayList<>();
      for (String table : Shop.TABLES) {
        Comparer.Verdict verdict =
            new Comparer(source, destination)
                .compare(Comparer.Pair.whole(source, "public." + table, "public." + table));
        if (!verdict.inSync()) {
          wrong.add(verdict);
        }
      }
      return wrong;
    }
  }

  /** What the workers printed, the dead ones first. */
  String output() {
    List<String> all = new ArrayList<>(outputs);
    workers.forEach((worker, running) -> all.add(worker + ": " + running.output()));
    return String.join("\n", all);
  }

  @Override
  public void close() {
    for (Worker worker : Worker.values()) {
      stop(worker);
    }
    postgres.close();
  }
}
