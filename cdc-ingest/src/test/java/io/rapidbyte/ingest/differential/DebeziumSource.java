package io.rapidbyte.ingest.differential;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's connector on the same database, with a slot and a publication of its own. */
final class DebeziumSource implements AutoCloseable {
  private static final String PUBLICATION = "peer";
  private static final int PUBLISHES_GENERATED = 180_000;
  private static final String SLOT = "peer";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Thread thread;
  private final List<Change> changes = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  private DebeziumSource(TestDatabase database) {
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(settings(database))
            .using((success, message, error) -> failure.set(success ? null : message + error))
            .notifying(this::take)
            .build();
    this.thread = Thread.ofPlatform().daemon().name("peer").unstarted(engine);
  }

  /** Starts, and returns when what is written from now on will be read. */
  static DebeziumSource start(TestDatabase database) throws SQLException {
    int version = Integer.parseInt(database.query("SHOW server_version_num"));
    String generated = version < PUBLISHES_GENERATED ? "" : ", publish_generated_columns = stored";
    database.execute(
        "CREATE PUBLICATION %s FOR ALL TABLES WITH (publish_via_partition_root = true%s)"
            .formatted(PUBLICATION, generated));
    DebeziumSource source = new DebeziumSource(database);
    source.thread.start();
    Eventually.until(
        "the peer streams",
        PATIENCE,
        () -> {
          source.check();
          return database
              .query("SELECT active FROM pg_replication_slots WHERE slot_name = '" + SLOT + "'")
              .equals("t");
        });
    return source;
  }

  /** What loses least, by its documentation. */
  private static Properties settings(TestDatabase database) {
    Properties settings = new Properties();
    settings.setProperty("name", "peer");
    settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    settings.setProperty("database.hostname", database.host());
    settings.setProperty("database.port", Integer.toString(database.port()));
    settings.setProperty("database.dbname", database.name());
    settings.setProperty("database.user", database.user());
    settings.setProperty("database.password", database.password());
    settings.setProperty("topic.prefix", "peer");
    settings.setProperty("plugin.name", "pgoutput");
    settings.setProperty("slot.name", SLOT);
    settings.setProperty("publication.name", PUBLICATION);
    settings.setProperty("publication.autocreate.mode", "disabled");
    settings.setProperty("snapshot.mode", "no_data");
    settings.setProperty("message.prefix.exclude.list", "rapidbyte\\..*");
    settings.setProperty("table.exclude.list", "public\\." + TypeTables.ALONE + "\\d.*");
    settings.setProperty("poll.interval.ms", "20");
    settings.setProperty("decimal.handling.mode", "string");
    settings.setProperty("interval.handling.mode", "string");
    settings.setProperty("hstore.handling.mode", "map");
    settings.setProperty("binary.handling.mode", "bytes");
    settings.setProperty("time.precision.mode", "adaptive");
    settings.setProperty("include.unknown.datatypes", "true");
    settings.setProperty("column.propagate.source.type", ".*");
    settings.setProperty("skipped.operations", "none");
    settings.setProperty("tombstones.on.delete", "false");
    settings.setProperty("unavailable.value.placeholder", ConnectPrinter.PLACEHOLDER);
    return settings;
  }

  private void take(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    for (RecordChangeEvent<SourceRecord> event : events) {
      try {
        change(event.record()).ifPresent(changes::add);
      } catch (RuntimeException e) {
        failure.set("unreadable: " + e + " " + event.record());
      }
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
  }

  private static Optional<Change> change(SourceRecord record) {
    if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) {
      return Optional.empty();
    }
    Struct source = value.getStruct("source");
    Long xid = source.getInt64("txId");
    char op = value.getString("op").charAt(0);
    if (op == 'm') {
      return Optional.of(message(value.getStruct("message"), xid == null ? 0 : xid));
    }
    SortedMap<String, Cell> after = row(value.getStruct("after"));
    SortedMap<String, Cell> before = row(value.getStruct("before"));
    List<String> key =
        record.key() instanceof Struct struct
            ? struct.schema().fields().stream().map(Field::name).sorted().toList()
            : List.of();
    return Optional.of(
        new Change(
            source.getString("table"),
            op,
            xid == null ? 0 : xid,
            key,
            op == 'd' ? before : after,
            op == 'd' ? new TreeMap<>() : before,
            Optional.empty()));
  }

  private static Change message(Struct message, long xid) {
    SortedMap<String, Cell> row = new TreeMap<>();
    row.put("prefix", new Cell.Text(message.getString("prefix")));
    row.put(
        "content", new Cell.Text(new String(message.getBytes("content"), StandardCharsets.UTF_8)));
    return new Change(
        Operation.MESSAGES, 'm', xid, List.of(), row, new TreeMap<>(), Optional.empty());
  }

  private static SortedMap<String, Cell> row(@Nullable Struct struct) {
    SortedMap<String, Cell> row = new TreeMap<>();
    if (struct != null) {
      for (Field field : struct.schema().fields()) {
        row.put(
            field.name(),
            ConnectPrinter.cell(field.schema(), struct.getWithoutDefault(field.name())));
      }
    }
    return row;
  }

  private void check() {
    String failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("the peer failed: " + failed);
    }
  }

  /** Everything it has read, in its order, when it has read a row of {@code last}. */
  List<Change> until(String last) {
    Eventually.until(
        "the peer reads the end; so far " + changes.size(),
        PATIENCE,
        () -> {
          synchronized (changes) {
            return failure.get() != null
                || changes.stream().anyMatch(change -> change.table().equals(last));
          }
        });
    check();
    synchronized (changes) {
      return List.copyOf(changes);
    }
  }

  /** Its close now and then does not end: both threads are daemons, and nobody waits for long. */
  @Override
  public void close() {
    Thread closing = Thread.ofPlatform().daemon().name("peer-close").start(this::stop);
    long deadline = System.nanoTime() + CLOSE.toNanos();
    while ((closing.isAlive() || thread.isAlive()) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void stop() {
    try {
      engine.close();
    } catch (IOException | IllegalStateException e) {
      failure.compareAndSet(null, e.toString());
    }
  }
}
