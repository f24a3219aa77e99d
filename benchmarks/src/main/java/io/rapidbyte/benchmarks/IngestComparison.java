package io.rapidbyte.benchmarks;

import io.rapidbyte.benchmarks.peer.DebeziumDrain;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Backlog drain: rows of one table out of the log, by ingest into Kafka exactly once and by
 * Debezium's embedded engine to nowhere, in turn, each in a JVM of its own with the same heap. The
 * order turns with every repetition.
 *
 * <p>Arguments: rows (default 1,000,000), repetitions (default 3). Ends with 1 where the mark is
 * missed. The broker runs in this process, so that a drain's CPU time is its own alone.
 */
public final class IngestComparison {
  private static final double GOAL = 5;
  private static final String HEAP = "512m";
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final EmbeddedPostgres postgres;
  private final String bootstrap;
  private final Path folder;

  private IngestComparison(EmbeddedPostgres postgres, String bootstrap, Path folder) {
    this.postgres = postgres;
    this.bootstrap = bootstrap;
    this.folder = folder;
  }

  /** Runs the comparison and prints its table. */
  public static void main(String[] args) throws Exception {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
    int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path folder = Files.createTempDirectory("rapidbyte-bench");
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.start(
                EmbeddedPostgres.Options.defaults().with("max_wal_size", "8GB"));
        EmbeddedKafka kafka = EmbeddedKafka.start()) {
      var comparison = new IngestComparison(postgres, kafka.bootstrap(), folder);
      System.exit(comparison.run(rows, repetitions) ? 0 : 1);
    }
  }

  private boolean run(long rows, int repetitions) throws Exception {
    createTable();
    List<Drained> ours = new ArrayList<>();
    List<Drained> peers = new ArrayList<>();
    for (int i = 0; i <= repetitions; i++) {
      boolean oursFirst = i % 2 == 0;
      Drained first = oursFirst ? ours("bench" + i, rows) : debezium("bench" + i, rows);
      Drained second = oursFirst ? debezium("bench" + i, rows) : ours("bench" + i, rows);
      if (i > 0) {
        ours.add(oursFirst ? first : second);
        peers.add(oursFirst ? second : first);
      }
      System.out.println((i == 0 ? "warm-up " : "run ") + i + ": " + first + " " + second);
    }
    return report(ours, peers);
  }

  private static boolean report(List<Drained> ours, List<Drained> peers) {
    System.out.printf(
        Locale.ROOT, "%n%-34s %15s %24s%n", "backlog drain", "rows/s", "CPU-s/M rows");
    row("rapidbyte → Kafka, exactly once", ours);
    row("Debezium embedded → nowhere", peers);
    double ratio = median(ours).rate() / median(peers).rate();
    double cpu = median(peers).cpuPerMillion() / median(ours).cpuPerMillion();
    System.out.printf(Locale.ROOT, "%nrate ×%.1f (goal ×%.0f), CPU ÷%.1f%n", ratio, GOAL, cpu);
    return ratio >= GOAL;
  }

  private static void row(String name, List<Drained> runs) {
    Drained least = runs.stream().min(Comparator.comparingDouble(Drained::rate)).orElseThrow();
    Drained most = runs.stream().max(Comparator.comparingDouble(Drained::rate)).orElseThrow();
    System.out.printf(
        Locale.ROOT,
        "%-34s %,15.0f %24.1f   (%,.0f … %,.0f rows/s)%n",
        name,
        median(runs).rate(),
        median(runs).cpuPerMillion(),
        least.rate(),
        most.rate());
  }

  private static Drained median(List<Drained> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(Drained::rate))
        .toList()
        .get(runs.size() / 2);
  }

  private void createTable() throws SQLException {
    execute(
        "CREATE TABLE bench (id bigint PRIMARY KEY, customer bigint NOT NULL, status text NOT NULL,"
            + " amount numeric(14,2) NOT NULL, quantity integer NOT NULL, active boolean NOT NULL,"
            + " weight double precision NOT NULL, note text, at timestamptz NOT NULL)");
    execute("CREATE SEQUENCE bench_id");
  }

  private void insert(long rows) throws SQLException {
    for (int i = 0; i < 10; i++) {
      execute(
          "INSERT INTO bench SELECT nextval('bench_id'), i * 7 % 100000, 'status ' || i % 5,"
              + " i % 100000 / 100.0, i % 100, i % 2 = 0, i / 3.0, 'a note that is not long ' || i,"
              + " now() FROM generate_series(1, "
              + rows / 10
              + ") i");
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void dropSlots() throws Exception {
    Eventually.until(
        "no slot is in use",
        PATIENCE,
        () -> {
          try {
            execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
            return true;
          } catch (SQLException e) {
            return false; // a walsender needs a moment to see that its client is gone
          }
        });
  }

  private String pipeline(String name) {
    return """
    version: 1
    pipeline: %s
    kafka: { bootstrap: "%s" }
    source:
      postgres: { host: 127.0.0.1, port: %d, database: postgres, user: postgres, sslmode: disable }
      snapshot: { mode: never }
    streams:
      - { table: public.bench }
    destinations:
      unused: { duckdb: { path: unused.duckdb } }
    """
        .formatted(name, bootstrap, postgres.port());
  }

  private Drained ours(String name, long rows) throws Exception {
    Path spec = Files.writeString(folder.resolve(name + ".yaml"), pipeline(name));
    return drain(
        rows,
        expected ->
            ForkedJvm.Options.of(
                    RapidbyteDrain.class.getName(), spec.toString(), bootstrap, expected)
                .with("arrow.enable_unsafe_memory_access", "true"));
  }

  private Drained debezium(String name, long rows) throws Exception {
    return drain(
        rows,
        expected ->
            ForkedJvm.Options.of(
                DebeziumDrain.class.getName(),
                "127.0.0.1",
                Integer.toString(postgres.port()),
                "postgres",
                "postgres",
                "postgres",
                "public.bench",
                name + "_peer",
                folder.resolve(name + ".offsets").toString(),
                expected));
  }

  /**
   * A slot, then the rows, then the drain, then the slot's end. For each the rows are written anew:
   * an older slot would first read again what its restart has to read, and a log that has lain for
   * a while is no longer in memory.
   */
  private Drained drain(long rows, Function<String, ForkedJvm.Options> process) throws Exception {
    run(process.apply("0"));
    insert(rows);
    Drained drained = Drained.find(run(process.apply(Long.toString(rows))));
    dropSlots();
    return drained;
  }

  private static String run(ForkedJvm.Options options) throws Exception {
    try (ForkedJvm jvm = ForkedJvm.start(options.heap(HEAP))) {
      OptionalInt code = jvm.waitFor(PATIENCE);
      if (code.isEmpty() || code.getAsInt() != 0) {
        throw new IllegalStateException(
            options.mainClass() + " ended with " + code + "\n" + jvm.output());
      }
      return jvm.output();
    }
  }
}
