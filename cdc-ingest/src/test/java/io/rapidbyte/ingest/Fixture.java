package io.rapidbyte.ingest;

import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A database and a pipeline of its own on servers that several tests share. */
final class Fixture implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final String name = "p" + NEXT.incrementAndGet() + "x" + ProcessHandle.current().pid();
  final EmbeddedPostgres postgres;
  final EmbeddedKafka kafka;
  final Connection sql;
  final BufferAllocator allocator = new RootAllocator();
  private LimitSpec limits = LimitSpec.DEFAULT;
  private SourceSpec.SnapshotMode snapshot = SourceSpec.SnapshotMode.NEVER;
  private List<StreamSpec> streams = List.of(stream("public.*"));
  private PolicySpec policies = PolicySpec.DEFAULT;

  Fixture(EmbeddedPostgres postgres, EmbeddedKafka kafka) throws SQLException {
    this.postgres = postgres;
    this.kafka = kafka;
    try (Connection admin = postgres.connect();
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    this.sql = postgres.connect(name);
  }

  static StreamSpec stream(String table) {
    return new StreamSpec(table, List.of(), null, null, null, null, null, null);
  }

  Fixture limits(LimitSpec other) {
    limits = other;
    return this;
  }

  Fixture snapshot(SourceSpec.SnapshotMode mode) {
    snapshot = mode;
    return this;
  }

  Fixture streams(StreamSpec... specs) {
    streams = List.of(specs);
    return this;
  }

  Fixture policies(PolicySpec other) {
    policies = other;
    return this;
  }

  PipelineSpec spec() {
    return new PipelineSpec(
        name,
        KafkaSpec.EMBEDDED,
        new SourceSpec(
            new PostgresAddress(
                postgres.host(), postgres.port(), name, postgres.user(), null, "disable", Map.of()),
            "rapidbyte_" + name,
            "rapidbyte_" + name,
            new SourceSpec.SnapshotSpec(snapshot, 2)),
        streams,
        List.of(),
        policies,
        limits);
  }

  Map<String, Object> clients() {
    return Map.of("bootstrap.servers", kafka.bootstrap());
  }

  /** A running ingest. */
  static final class Running implements AutoCloseable {
    private final Ingest ingest;
    private final Phases phases;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread;

    Running(Ingest ingest, Phases phases) {
      this.ingest = ingest;
      this.phases = phases;
      this.thread =
          Thread.ofPlatform()
              .name("test-ingest")
              .start(
                  () -> {
                    try {
                      ingest.run();
                      end.complete(null);
                    } catch (Throwable t) {
                      end.completeExceptionally(t);
                    }
                  });
    }

    Running streaming() throws Exception {
      return in(IngestObserver.Phase.STREAMING);
    }

    Running in(IngestObserver.Phase phase) throws Exception {
      until(
          () -> {
            if (end.isCompletedExceptionally()) {
              end.join();
            }
            return phases.last.get() == phase;
          });
      return this;
    }

    @Nullable Throwable failure() throws Exception {
      until(end::isDone);
      return end.isCompletedExceptionally() ? end.exceptionNow() : null;
    }

    @Override
    public void close() {
      ingest.close();
      if (thread.isAlive() && !end.isDone()) {
        throw new AssertionError("ingest did not stop within ten seconds");
      }
    }
  }

  /** Remembers the phase. */
  static final class Phases implements IngestObserver {
    final AtomicReference<@Nullable Phase> last = new AtomicReference<>();

    @Override
    public void phase(Phase phase) {
      last.set(phase);
    }
  }

  Running ingest() {
    Phases phases = new Phases();
    return new Running(new Ingest(spec(), clients(), allocator, phases), phases);
  }

  Fixture run(String... statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
    return this;
  }

  String value(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  TopicRows topic(String table) {
    return TopicRows.read(
        kafka.bootstrap(),
        spec().topics().stream(new io.rapidbyte.schemas.stream.TableName("public", table)));
  }

  /** Waits until the topic of a table has so many rows, and gives them. */
  TopicRows awaitRows(String table, int rows) throws Exception {
    AtomicReference<@Nullable TopicRows> found = new AtomicReference<>();
    until(
        () -> {
          TopicRows now = topic(table);
          found.set(now);
          return now.rows().size() >= rows;
        });
    return java.util.Objects.requireNonNull(found.get());
  }

  static void until(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true in " + PATIENCE);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    try {
      drop();
    } catch (Exception e) {
      throw new AssertionError("the fixture cannot be dropped", e);
    }
  }

  private void drop() throws Exception {
    sql.close();
    allocator.close();
    try (Connection admin = postgres.connect();
        Statement statement = admin.createStatement()) {
      try (Connection own = postgres.connect(name);
          Statement drop = own.createStatement()) {
        drop.execute(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                + " WHERE database = current_database() AND active_pid IS NOT NULL");
      }
      until(
          () -> {
            try (ResultSet row =
                statement.executeQuery(
                    "SELECT count(*) FROM pg_replication_slots WHERE active AND database = '"
                        + name
                        + "'")) {
              return row.next() && row.getInt(1) == 0;
            }
          });
      statement.execute(
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '"
              + name
              + "'");
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }
}
