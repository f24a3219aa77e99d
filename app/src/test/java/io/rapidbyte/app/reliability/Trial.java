package io.rapidbyte.app.reliability;

import io.rapidbyte.app.command.Printed;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A pipeline of its own over servers that are there already: the ledger, replicated into DuckDB and
 * into another database, each role a process. For one thread.
 */
final class Trial implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("trial.patience", 180));
  private static final String HEAP = "300m";

  /** The sink's table gets a constraint with its birth. */
  private static final String REFUSE =
      """
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF to_regclass('public.claims') IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'positive') THEN
          ALTER TABLE public.claims ADD CONSTRAINT positive CHECK (n >= 0);
        END IF;
      END $$\
      """;

  private static final String REFUSING =
      "CREATE EVENT TRIGGER refusing ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
          + " EXECUTE FUNCTION refuse()";

  private final Setup setup;
  private final TestDatabase source;
  private final TestDatabase copy;
  private final Reference reference;
  private final Map<String, String> conditions = new LinkedHashMap<>();
  private final Map<String, ForkedJvm> workers = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();

  /**
   * What it runs on.
   *
   * @param name the pipeline's, its own in its Kafka
   * @param bootstrap as the workers reach it
   * @param sourcePort as the workers reach it
   * @param copyPort as the workers reach it
   */
  record Setup(
      String name, Path home, String bootstrap, int sourcePort, int copyPort, Shape shape) {
    /** The same, other things being asked of the pipeline. */
    Setup with(Shape wanted) {
      return new Setup(name, home, bootstrap, sourcePort, copyPort, wanted);
    }

    /** The same, the servers being reached elsewhere. */
    Setup through(String kafka, int sourceAt, int copyAt) {
      return new Setup(name, home, kafka, sourceAt, copyAt, shape);
    }
  }

  /**
   * What the pipeline is.
   *
   * @param tables beside the ledger's, as SQL by their name
   * @param streams as in pipeline.yaml
   * @param warehouse whether it has one; without it several sinks may run
   * @param properties system properties of the workers
   * @param environment of the workers
   */
  record Shape(
      Map<String, String> tables,
      String streams,
      boolean warehouse,
      Map<String, String> properties,
      Map<String, String> environment) {
    static final Shape PLAIN =
        new Shape(Map.of(), "  - { table: public.* }", true, Map.of(), Map.of());

    Shape withWarehouse(boolean wanted) {
      return new Shape(tables, streams, wanted, properties, environment);
    }

    Shape streaming(String wanted) {
      return new Shape(tables, wanted, warehouse, properties, environment);
    }

    Shape within(Map<String, String> wanted) {
      return new Shape(tables, streams, warehouse, properties, wanted);
    }

    Shape with(String table, String sql) {
      Map<String, String> more = new LinkedHashMap<>(tables);
      more.put(table, sql);
      return new Shape(more, streams, warehouse, properties, environment);
    }
  }

  /** Creates the ledger in the source, and a table in the copy that refuses negative claims. */
  Trial(Setup setup, TestDatabase source, TestDatabase copy) throws SQLException, IOException {
    this.setup = setup;
    this.source = source;
    this.copy = copy;
    try (var connection = source.connect()) {
      Ledger.create(connection);
    }
    source.execute(setup.shape().tables().values().toArray(String[]::new));
    reference = Reference.of(source, tables());
    copy.execute(REFUSE, REFUSING);
    Files.writeString(file(), yaml());
  }

  private Trial(Setup setup, TestDatabase source, TestDatabase copy, Reference reference)
      throws IOException {
    this.setup = setup;
    this.source = source;
    this.copy = copy;
    this.reference = reference;
    Files.writeString(file(), yaml());
  }

  /** The same pipeline with its source on another server, where the database is there already. */
  Trial movedTo(EmbeddedPostgres server) throws IOException {
    Setup moved =
        new Setup(
            setup.name(),
            setup.home(),
            setup.bootstrap(),
            server.port(),
            setup.copyPort(),
            setup.shape());
    return new Trial(moved, TestDatabase.existing(server, source.name()), copy, reference);
  }

  /** The same pipeline, of which other things are asked; no worker of it runs yet. */
  Trial with(Shape wanted) throws IOException {
    return new Trial(setup.with(wanted), source, copy, reference);
  }

  private String yaml() {
    return """
    version: 1
    pipeline: %s
    kafka: { bootstrap: "%s" }
    source:
      postgres: { host: 127.0.0.1, port: %d, database: %s, user: postgres, sslmode: disable }
    streams:
    %s
    destinations:
      %scopy: { postgres: { host: 127.0.0.1, port: %d, database: %s, user: postgres, sslmode: disable } }
    limits: { transaction: 1mb }
    """
        .formatted(
            setup.name(),
            setup.bootstrap(),
            setup.sourcePort(),
            source.name(),
            setup.shape().streams(),
            setup.shape().warehouse()
                ? "warehouse: { duckdb: { path: \"" + warehouse() + "\" } }\n  "
                : "",
            setup.copyPort(),
            copy.name());
  }

  private Path file() {
    return setup.home().resolve("pipeline.yaml");
  }

  /** DuckDB's file; to be opened where no worker has it. */
  Path warehouse() {
    return setup.home().resolve("warehouse.duckdb");
  }

  Setup setup() {
    return setup;
  }

  TestDatabase source() {
    return source;
  }

  TestDatabase copy() {
    return copy;
  }

  Reference reference() {
    return reference;
  }

  /** All of them, the ledger's first. */
  List<String> tables() {
    List<String> all = new ArrayList<>(Ledger.TABLES);
    all.addAll(setup.shape().tables().keySet());
    return all;
  }

  /**
   * Compares a table, which need not be one that it was made with.
   *
   * @param table quoted where it must be
   * @param where which of the source's rows the destinations shall hold
   */
  void compare(String table, String where) {
    conditions.put(table, where);
  }

  /** What is compared: tables, and which of their rows. */
  Map<String, String> compared() {
    Map<String, String> all = new LinkedHashMap<>();
    tables().forEach(table -> all.put(table, "true"));
    all.putAll(conditions);
    return all;
  }

  List<String> topics() {
    return tables().stream().map(table -> setup.name() + ".public." + table).toList();
  }

  /** Starts the ledger's writer. */
  Ledger writer(long seed) throws SQLException {
    return Ledger.write(source.connect(), seed);
  }

  /**
   * Starts a worker, or starts it again.
   *
   * @param worker a role; behind a dot any name, so that there may be several of it
   * @param failpoint may be empty
   */
  ForkedJvm start(String worker, String failpoint) {
    stop(worker);
    String role = worker.split("\\.", -1)[0];
    Path home = setup.home().resolve(worker);
    ForkedJvm.Options options =
        ForkedJvm.Options.of(
                "io.rapidbyte.app.Main",
                "run",
                file().toString(),
                "--role",
                role,
                "--home",
                home.toString())
            .heap(HEAP)
            // Short lives: what the second compiler learns, it learns too late.
            .flag("-XX:TieredStopAtLevel=1")
            .flag("-XX:+UnlockDiagnosticVMOptions")
            .flag("-XX:-BytecodeVerificationRemote");
    for (Map.Entry<String, String> each : setup.shape().properties().entrySet()) {
      options = options.with(each.getKey(), each.getValue());
    }
    for (Map.Entry<String, String> each : setup.shape().environment().entrySet()) {
      options = options.withEnvironment(each.getKey(), each.getValue());
    }
    ForkedJvm started =
        ForkedJvm.start(failpoint.isEmpty() ? options : options.failingAt(failpoint));
    workers.put(worker, started);
    return started;
  }

  /** Kills a worker with -9, where it runs. */
  void stop(String worker) {
    ForkedJvm running = workers.remove(worker);
    if (running != null) {
      running.kill9();
      outputs.add(worker + ": " + running.output());
      running.close();
    }
  }

  /** Whether a worker was started and not stopped. */
  boolean runs(String worker) {
    return workers.containsKey(worker);
  }

  /** A worker that was started. */
  ForkedJvm worker(String name) {
    return Objects.requireNonNull(workers.get(name), () -> name + " was not started");
  }

  /** Runs the command in this process, on the pipeline's file and {@code ingest}'s home. */
  int command(String name, String... more) {
    return command(new Printed(), name, more);
  }

  /** What {@code rapidbyte status} says of the sinks' processes. */
  String status() {
    Printed printed = new Printed();
    command(printed, "status");
    return printed.out() + printed.err();
  }

  private int command(Printed printed, String name, String... more) {
    String home = setup.home().resolve(name.equals("status") ? "sink" : "ingest").toString();
    String[] args =
        Stream.of(Stream.of(name, file().toString()), Stream.of(more), Stream.of("--home", home))
            .flatMap(each -> each)
            .toArray(String[]::new);
    return printed.run(args);
  }

  /** Waits, and fails early where a worker that shall live has ended. */
  void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Eventually.until(
        what,
        PATIENCE,
        () -> {
          for (Map.Entry<String, ForkedJvm> each : workers.entrySet()) {
            if (!each.getValue().isAlive()) {
              throw new AssertionError(
                  each.getKey() + " has ended; waited until " + what + "\n" + output());
            }
          }
          return condition.call();
        });
  }

  /** Waits for so many transactions more. */
  void awaitTransactions(Ledger ledger, long more) {
    long until = ledger.transactions() + more;
    Eventually.until(
        "more transactions", PATIENCE, () -> ledger.hasFailed() || ledger.transactions() >= until);
  }

  /** Waits until each table is in the copy. */
  void awaitTables() {
    await(
        "the tables are in the copy",
        () -> {
          for (String table : Ledger.TABLES) {
            if (copy.query("SELECT count(*) FROM " + table).equals("0")) {
              return false;
            }
          }
          return true;
        });
  }

  /** What the workers printed, the dead ones first. */
  String output() {
    List<String> all = new ArrayList<>(outputs);
    workers.forEach((worker, running) -> all.add(worker + ": " + running.output()));
    return String.join("\n", all);
  }

  /** Kills what runs; the databases are whose who made them. */
  @Override
  public void close() {
    List.copyOf(workers.keySet()).forEach(this::stop);
    try {
      io.rapidbyte.testkit.process.Trees.remove(setup.home());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
