package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.schemas.control.ControlJson;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A database and a pipeline of its own on servers that all tests share. */
final class Fixture implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final TestDatabase database;
  final String name;
  final BufferAllocator allocator;
  private LimitSpec limits = LimitSpec.DEFAULT;
  private SourceSpec.SnapshotMode snapshot = SourceSpec.SnapshotMode.NEVER;
  private List<StreamSpec> streams = List.of(stream("public.*"));
  private List<DestinationSpec> destinations = List.of();
  private PolicySpec policies = PolicySpec.DEFAULT;
  private SourceSpec.SchemaEvents schemaEvents = SourceSpec.SchemaEvents.AUTO;
  private SourceSpec.Engine engine = SourceSpec.Engine.NATIVE;

  Fixture() {
    this(SharedPostgres.database(), SharedKafka.unique("p"), new RootAllocator());
  }

  /** On a server of the caller's. */
  Fixture(TestDatabase database) {
    this(database, SharedKafka.unique("p"), new RootAllocator());
  }

  private Fixture(TestDatabase database, String name, BufferAllocator allocator) {
    this.database = database;
    this.name = name;
    this.allocator = allocator;
  }

  /** The same pipeline with its source elsewhere; closed with this one. */
  Fixture at(TestDatabase other) {
    return new Fixture(other, name, allocator)
        .limits(limits)
        .snapshot(snapshot)
        .streams(streams.toArray(StreamSpec[]::new))
        .policies(policies)
        .schemaEvents(schemaEvents)
        .engine(engine);
  }

  static StreamSpec stream(String table) {
    return new StreamSpec(table, List.of(), null, null, null, null, null, null);
  }

  /** A table without a key. */
  static StreamSpec appended(String table) {
    return new StreamSpec(table, List.of(), null, null, null, null, null, WriteMode.APPEND);
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

  Fixture destinations(DestinationSpec... specs) {
    destinations = List.of(specs);
    return this;
  }

  Fixture schemaEvents(SourceSpec.SchemaEvents mode) {
    schemaEvents = mode;
    return this;
  }

  Fixture engine(SourceSpec.Engine other) {
    engine = other;
    return this;
  }

  PipelineSpec spec() {
    return new PipelineSpec(
        name,
        KafkaSpec.EMBEDDED,
        new SourceSpec(
            new PostgresAddress(
                database.host(),
                database.port(),
                database.name(),
                database.user(),
                new Secret(database.password()),
                "disable",
                Map.of()),
            slot(),
            slot(),
            new SourceSpec.SnapshotSpec(snapshot, 2),
            SourceSpec.SlotGuardSpec.DEFAULT,
            schemaEvents,
            engine),
        streams,
        destinations,
        policies,
        limits);
  }

  /** The slot's name, and the publication's. */
  String slot() {
    return "rb_" + name.replace('-', '_');
  }

  Map<String, Object> clients() {
    return Map.of("bootstrap.servers", SharedKafka.bootstrap());
  }

  /** A running ingest. */
  static final class Running implements AutoCloseable {
    private final Ingest ingest;
    private final Phases phases;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Running(Ingest ingest, Phases phases) {
      this.ingest = ingest;
      this.phases = phases;
      Thread _ =
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

    Running streaming() {
      return in(IngestObserver.Phase.STREAMING);
    }

    Running in(IngestObserver.Phase phase) {
      until(
          () -> {
            if (end.isCompletedExceptionally()) {
              end.join();
            }
            return phases.last.get() == phase;
          });
      return this;
    }

    @Nullable Throwable failure() {
      until(end::isDone);
      return end.isCompletedExceptionally() ? end.exceptionNow() : null;
    }

    @Override
    public void close() {
      ingest.close();
      Eventually.until("ingest stops", Duration.ofSeconds(2), end::isDone);
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
    database.execute(statements);
    return this;
  }

  /** Runs statements in one transaction. */
  Fixture transaction(String... statements) throws SQLException {
    try (Connection sql = database.connect();
        Statement statement = sql.createStatement()) {
      sql.setAutoCommit(false);
      for (String one : statements) {
        statement.execute(one);
      }
      sql.commit();
    }
    return this;
  }

  String value(String query) throws SQLException {
    return database.query(query);
  }

  /** Writes a command to the control topic. */
  void command(ResyncCommand.Target target) throws Exception {
    String id = java.util.UUID.randomUUID().toString();
    ResyncCommand command = new ResyncCommand(id, target, java.time.Instant.now());
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(clients(), new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(spec().topics().control(), 0, id, ControlJson.write(command)))
          .get();
    }
  }

  /** What Kafka holds of the pipeline's progress. */
  Progress progress() {
    return new CommittedReader(new KafkaSettings(clients(), spec().limits()), spec().topics())
        .progress()
        .orElseThrow();
  }

  /** The generation that a table is in; 0 where nothing is known of it. */
  int generation(String table) {
    SnapshotState state = progress().snapshots().get("public." + table);
    return state == null ? 0 : state.generation();
  }

  /** Waits until a generation of a table is complete. */
  void awaitDone(String table, int generation) {
    Eventually.until(
        table + " is in its generation " + generation,
        Duration.ofSeconds(60),
        () -> {
          SnapshotState state = progress().snapshots().get("public." + table);
          return state != null
              && state.generation() == generation
              && state.phase() == SnapshotState.Phase.DONE;
        });
  }

  /**
   * What a reader of the topic ends with: by key, the data of the last row in the newest
   * generation, those of older ones gone once it is complete.
   */
  Map<String, String> ends(String table) {
    List<TopicRows.Row> rows = topic(table).rows();
    int newest = rows.stream().mapToInt(r -> r.record().generation()).max().orElse(1);
    Map<String, String> last = new TreeMap<>();
    for (TopicRows.Row row : rows) {
      String id = String.valueOf(row.values().get("id"));
      if (row.op().equals("d")) {
        last.remove(id);
      } else if (row.record().generation() == newest) {
        last.put(id, row.text().substring(1));
      }
    }
    return last;
  }

  TopicRows topic(String table) {
    TopicRows topic =
        TopicRows.read(
            SharedKafka.bootstrap(), spec().topics().stream(new TableName("public", table)));
    return snapshot == SourceSpec.SnapshotMode.NEVER ? topic.streamed() : topic;
  }

  List<String> deadLetters(String table) {
    String topic = spec().topics().deadLetters(new TableName("public", table));
    return CommittedRecords.of(SharedKafka.bootstrap(), topic).stream()
        .map(record -> new String(record.value(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  /** Waits until the topic of a table has so many rows, and gives them. */
  TopicRows awaitRows(String table, int rows) {
    AtomicReference<@Nullable TopicRows> found = new AtomicReference<>();
    until(
        () -> {
          TopicRows now = topic(table);
          found.set(now);
          return now.rows().size() >= rows;
        });
    return java.util.Objects.requireNonNull(found.get());
  }

  static void until(Callable<Boolean> condition) {
    Eventually.until("the condition", PATIENCE, condition);
  }

  @Override
  public void close() {
    allocator.close();
    database.close();
  }
}
