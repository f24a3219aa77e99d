package io.rapidbyte.app.kill;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.process.ForkedJvm;
import io.rapidbyte.testkit.shop.Shop;
import io.rapidbyte.testkit.shop.ShopWriter;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The shop, replicated into DuckDB and into another Postgres, each role a process that can be
 * killed. Source and copy are two databases of one server, so that they die together.
 */
final class KilledPipeline implements AutoCloseable {
  /** A process of the pipeline. */
  enum Worker {
    INGEST("ingest"),
    PROCESS("process"),
    SINK("sink"),
    /** Ingest again: stands by where the other leads. */
    STANDBY("ingest");

    private final String role;

    Worker(String role) {
      this.role = role;
    }
  }

  /**
   * What it runs on.
   *
   * @param bootstrap the caller's Kafka; empty for the home's own broker, in the workers
   * @param rows about how many the shop has at first
   * @param heap of each worker
   * @param engine what decodes the log
   * @param transforms as the file has them; empty for none
   */
  record Setup(
      String bootstrap,
      Path home,
      long rows,
      EmbeddedPostgres.Options postgres,
      String heap,
      String engine,
      String transforms) {
    static Setup of(String bootstrap, Path home, long rows) {
      return new Setup(
          bootstrap, home, rows, EmbeddedPostgres.Options.defaults(), "512m", "native", "");
    }

    Setup on(PostgresVersion version) {
      return new Setup(bootstrap, home, rows, postgres.version(version), heap, engine, transforms);
    }

    Setup by(String other) {
      return new Setup(bootstrap, home, rows, postgres, heap, other, transforms);
    }

    Setup through(String yaml) {
      return new Setup(bootstrap, home, rows, postgres, heap, engine, yaml);
    }
  }

  static final String NAME = "kill";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Setup setup;
  private final EmbeddedPostgres postgres;
  private final Path file;
  private final Map<Worker, ForkedJvm> workers = new EnumMap<>(Worker.class);
  private final List<String> outputs = new ArrayList<>();

  KilledPipeline(Setup setup) {
    this.setup = setup;
    this.file = setup.home().resolve("pipeline.yaml");
    this.postgres = EmbeddedPostgres.start(setup.postgres());
    try (Connection connection = postgres.connect()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE shop");
        statement.execute("CREATE DATABASE copy");
      }
      try (Connection shop = postgres.connect("shop")) {
        Shop.create(shop, setup.rows());
        if (setup.engine().equals("debezium")) {
          try (Statement statement = shop.createStatement()) {
            statement.execute("ALTER TABLE visits ALTER lasted TYPE text"); // from interval
          }
        }
      }
      Files.writeString(file, yaml());
    } catch (SQLException e) {
      throw new IllegalStateException("the shop was not created", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String yaml() {
    String kafka =
        setup.bootstrap().isEmpty() ? "" : "kafka: { bootstrap: \"" + setup.bootstrap() + "\" }\n";
    return """
    version: 1
    pipeline: %s
    %ssource:
      postgres: { host: 127.0.0.1, port: %d, database: shop, user: postgres, sslmode: disable, engine: %s }
    streams:
      - { table: public.* }
    destinations:
      warehouse: { duckdb: { path: "%s" } }
      copy: { postgres: { host: 127.0.0.1, port: %d, database: copy, user: postgres, sslmode: disable } }
    limits: { transaction: 1mb }
    %s
    """
        .formatted(
            NAME,
            kafka,
            postgres.port(),
            setup.engine(),
            warehouse(),
            postgres.port(),
            setup.transforms());
  }

  /** The topics that destinations read. */
  List<String> topics() {
    String suffix = setup.transforms().isEmpty() ? "" : ".out";
    return Shop.TABLES.stream().map(table -> NAME + ".public." + table + suffix).toList();
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  private Path warehouse() {
    return setup.home().resolve("warehouse.duckdb");
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
                setup.home().toString())
            .heap(setup.heap())
            // Short lives: what the second compiler learns, it learns too late.
            .flag("-XX:TieredStopAtLevel=1");
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

  /** A running worker. */
  ForkedJvm process(Worker worker) {
    return Objects.requireNonNull(workers.get(worker), () -> worker + " does not run");
  }

  /** Whether a worker has ended by itself, as at a failpoint. */
  boolean hasEnded(Worker worker) {
    ForkedJvm running = workers.get(worker);
    return running == null || !running.isAlive();
  }

  /** Waits for a worker's end, no longer than so. */
  void awaitEnd(Worker worker, Duration atMost) throws InterruptedException {
    var _ = process(worker).waitFor(atMost);
  }

  /** Writes into the shop until closed. */
  ShopWriter writer(long seed, double changesPerSecond) throws SQLException {
    return ShopWriter.start(postgres.connect("shop"), seed, 5_000, changesPerSecond);
  }

  /** Whether a session streams from the pipeline's slot. */
  boolean slotIsActive() throws SQLException {
    try (Connection connection = postgres.connect("shop");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM pg_replication_slots WHERE active")) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  /** A statement that gives way to the writer's where they wait for each other. */
  void sourceUnlessDeadlocked(String sql) throws SQLException {
    try {
      source(sql);
    } catch (SQLException e) {
      if (!"40P01".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  /** Waits until the copy holds what the source holds. */
  void awaitCopy() {
    Eventually.until("the copy is in sync", PATIENCE, () -> verdicts(copy()).isEmpty());
  }

  /** Waits until both destinations hold what the source holds. */
  void awaitInSync() {
    awaitCopy();
    Eventually.until(
        "the warehouse is in sync",
        PATIENCE,
        () -> {
          Eventually.until("the warehouse has read its topics", PATIENCE, this::warehouseHasRead);
          // DuckDB lets one process open the file: the worker makes room for the look.
          kill(Worker.SINK);
          List<Comparer.Verdict> wrong = verdicts(duckDb());
          if (!wrong.isEmpty()) {
            start(Worker.SINK, "");
          }
          return wrong.isEmpty();
        });
  }

  /** Whether the offsets that the warehouse tells Kafka now and then are its topics' ends. */
  private boolean warehouseHasRead() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      Map<TopicPartition, OffsetAndMetadata> told =
          admin
              .listConsumerGroupOffsets(NAME + ".sink.warehouse")
              .partitionsToOffsetAndMetadata()
              .get(20, TimeUnit.SECONDS);
      List<TopicPartition> partitions =
          topics().stream().map(topic -> new TopicPartition(topic, 0)).toList();
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
          admin
              .listOffsets(
                  partitions.stream()
                      .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
              .all()
              .get(20, TimeUnit.SECONDS);
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = told.get(end.getKey());
                return offset != null && offset.offset() >= end.getValue().offset();
              });
    }
  }

  /** Kafka's address; the home's broker keeps its port in every life. */
  String bootstrap() throws IOException {
    return setup.bootstrap().isEmpty()
        ? Files.readAllLines(setup.home().resolve("broker.address")).getFirst()
        : setup.bootstrap();
  }

  /** Runs statements in the source, in one transaction. */
  void source(String... statements) throws SQLException {
    try (Connection connection = postgres.connect("shop")) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
      connection.commit();
    }
  }

  Connection copy() throws SQLException {
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

  /** What the workers printed, the dead ones first, then some of the dead letters. */
  String output() {
    List<String> all = new ArrayList<>(outputs);
    workers.forEach((worker, running) -> all.add(worker + ": " + running.output()));
    for (String topic : topics()) {
      try {
        new DeadLetters(bootstrap(), topic.replace(".out", "") + ".dlq")
            .documents().stream().limit(5).forEach(all::add);
      } catch (IOException | KafkaException e) {
        all.add(topic + ".dlq: " + e);
      }
    }
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
