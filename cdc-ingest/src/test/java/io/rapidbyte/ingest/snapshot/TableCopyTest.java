package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.StreamSchemas;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableCopyTest {
  private static final Lsn POINT = Lsn.parse("0/1234");

  private final TestDatabase database = SharedPostgres.database();
  private final BufferAllocator allocator = new RootAllocator();
  private final RecordingSink sink = new RecordingSink();
  private final Collection<String> told = new ConcurrentLinkedQueue<>();
  private Connection exporter;

  @BeforeEach
  void connect() throws SQLException {
    exporter = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    exporter.close();
    allocator.close();
    database.close();
  }

  @Test
  void copiesEveryRowOnceAsOfTheSnapshot() throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text, pad text)",
        "INSERT INTO t SELECT g, 'n' || g, repeat('x', 300) FROM generate_series(1, 60000) g");
    String snapshot = export();
    List<List<String>> expected = source("SELECT id, name, pad FROM t");
    database.execute(
        "UPDATE t SET name = 'later' WHERE id % 3 = 0",
        "DELETE FROM t WHERE id % 5 = 0",
        "INSERT INTO t SELECT g, 'later' FROM generate_series(100000, 101000) g");
    copy(snapshot, job("t"));

    Map<String, List<String>> rows = sink.rows("public.t", allocator);
    assertThat(rows).hasSize(60000);
    assertThat(new HashSet<>(rows.values())).isEqualTo(new HashSet<>(expected));
    Set<String> ranges = new TreeSet<>();
    for (OutRecord record : sink.records("public.t")) {
      RecordHeaders headers = RecordingSink.headers(record);
      assertThat(headers.generation()).isEqualTo(1);
      assertThat(headers.first().lsn()).isEqualTo(POINT);
      if (headers.range() != null) {
        ranges.add(headers.range());
      }
    }
    assertThat(ranges).as("several ranges").hasSizeGreaterThan(2);
    assertThat(told)
        .anyMatch(event -> event.startsWith("public.t 60000 of ") && event.endsWith("done"));
  }

  @Test
  void recordsRangesThenTheEndBehindEveryRow() throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, pad text)",
        "INSERT INTO t SELECT g, repeat('x', 400) FROM generate_series(1, 40000) g");
    copy(export(), job("t"));
    List<ProgressChange> changes = sink.changes();
    assertThat(changes.getFirst())
        .isEqualTo(new ProgressChange.SnapshotPhase("public.t", 1, Phase.COPYING, POINT));
    assertThat(changes.getLast())
        .isEqualTo(new ProgressChange.SnapshotPhase("public.t", 1, Phase.DONE, POINT));
    long rows = 0;
    for (ProgressChange change : changes.subList(1, changes.size() - 1)) {
      rows += ((ProgressChange.RangeDone) change).rows();
    }
    assertThat(rows).isEqualTo(40000);
    List<OutRecord> records = sink.records("public.t");
    assertThat(records.subList(0, records.size() - 1))
        .allMatch(record -> RecordingSink.kind(record).equals("snapshot"));
    assertThat(RecordingSink.kind(records.getLast())).isEqualTo("snapshot-end");
    assertThat(records.stream().mapToInt(OutRecord::rows).sum()).isEqualTo(40000);
  }

  @Test
  void copiesEmptyBareFilteredAndOddlyNamedTables() throws Exception {
    database.execute(
        "CREATE TABLE empty (id int PRIMARY KEY)",
        "CREATE TABLE bare ()",
        "INSERT INTO bare DEFAULT VALUES",
        "INSERT INTO bare DEFAULT VALUES",
        "CREATE TABLE filtered (id int PRIMARY KEY, status text)",
        "INSERT INTO filtered VALUES (1, 'draft'), (2, 'sent'), (3, NULL), (4, 'sent')",
        "CREATE TABLE \"Odd \"\"Name\" (\"K e\"\"y\" int PRIMARY KEY, \"select\" text)",
        "INSERT INTO \"Odd \"\"Name\" VALUES (1, 'a''b')");
    copy(
        export(),
        job("empty"),
        job("bare"),
        job("filtered", Optional.of("status <> 'draft' -- no drafts"), 1),
        job("Odd \"Name"));
    assertThat(sink.rows("public.empty", allocator)).isEmpty();
    assertThat(sink.records("public.empty")).hasSize(1);
    assertThat(sink.rows("public.bare", allocator)).hasSize(2);
    assertThat(sink.rows("public.filtered", allocator).values())
        .containsExactlyInAnyOrder(List.of("2", "sent"), List.of("4", "sent"));
    assertThat(sink.rows("public.Odd \"Name", allocator).values())
        .containsExactly(List.of("1", "a'b"));
  }

  @Test
  void copiesEveryLeafOfAPartitionedTable() throws Exception {
    database.execute(
        "CREATE TABLE p (id int, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
        "CREATE TABLE p_eu (region text NOT NULL, id int NOT NULL)",
        "ALTER TABLE p ATTACH PARTITION p_eu FOR VALUES IN ('eu')",
        "CREATE TABLE p_us PARTITION OF p FOR VALUES IN ('us') PARTITION BY RANGE (id)",
        "CREATE TABLE p_us_1 PARTITION OF p_us FOR VALUES FROM (0) TO (500)",
        "CREATE TABLE p_us_2 PARTITION OF p_us DEFAULT",
        "CREATE TABLE leafless (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "INSERT INTO p SELECT g, CASE g % 2 WHEN 0 THEN 'eu' ELSE 'us' END FROM"
            + " generate_series(1, 1000) g");
    String snapshot = export();
    copy(snapshot, job("p"), job("leafless"));
    assertThat(new HashSet<>(sink.rows("public.p", allocator).values()))
        .hasSize(1000)
        .isEqualTo(new HashSet<>(source("SELECT id, region FROM p")));
    assertThat(sink.records("public.leafless"))
        .extracting(RecordingSink::kind)
        .containsExactly("snapshot-end");
  }

  @Test
  void spreadsRowsOverPartitionsAndEndsEachOfThem() throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t SELECT generate_series(1, 1000)");
    copy(export(), job("t", Optional.empty(), 3));
    assertThat(sink.rows("public.t", allocator)).hasSize(1000);
    Set<Integer> ended = new HashSet<>();
    Set<Integer> filled = new HashSet<>();
    for (OutRecord record : sink.records("public.t")) {
      (RecordingSink.kind(record).equals("snapshot-end") ? ended : filled).add(record.partition());
    }
    assertThat(ended).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(filled).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void stopsWhereATableWasRewrittenOrTruncatedSinceTheSnapshot() throws Exception {
    for (String ddl :
        List.of("TRUNCATE t", "VACUUM FULL t", "ALTER TABLE t ALTER id TYPE bigint")) {
      database.execute(
          "DROP TABLE IF EXISTS t",
          "CREATE TABLE t (id int PRIMARY KEY)",
          "INSERT INTO t SELECT generate_series(1, 1000)");
      CopyJob job = job("t");
      String snapshot = export();
      database.execute(ddl);
      assertThatThrownBy(() -> copy(snapshot, job))
          .as(ddl)
          .isInstanceOfSatisfying(
              RapidbyteException.class,
              e -> {
                assertThat(e.error().code()).isEqualTo("source/table-changed");
                assertThat(e.error().retryable()).isTrue();
              });
    }
    assertThat(sink.changes()).noneMatch(change -> change.toString().contains("DONE"));
  }

  @Test
  void stopsWhereAColumnWasChangedBetweenThePlanAndTheSnapshot() throws Exception {
    database.execute("CREATE TABLE t (id int PRIMARY KEY, a int)");
    CopyJob job = job("t");
    database.execute("ALTER TABLE t DROP a", "ALTER TABLE t ADD a text");
    assertThatThrownBy(() -> copy(export(), job)).hasMessageContaining("source/table-changed");
  }

  @Test
  void saysWhichTableCannotBeRead() throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)", "CREATE TABLE ok ()");
    assertThatThrownBy(
            () -> copy(export(), job("ok"), job("t", Optional.of("nosuchfunction(id)"), 1)))
        .isInstanceOf(RapidbyteException.class)
        .hasMessageContaining("public.t")
        .hasMessageContaining("nosuchfunction");
  }

  private String export() throws SQLException {
    try (Statement statement = exporter.createStatement()) {
      exporter.setAutoCommit(true);
      statement.execute("ROLLBACK");
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
      try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private void copy(String snapshot, CopyJob... jobs) throws InterruptedException {
    try (BufferAllocator child = allocator.newChildAllocator("copy", 0, Long.MAX_VALUE)) {
      SnapshotTools tools =
          new SnapshotTools(
              sessions(),
              sink,
              out ->
                  (schema, generation, range, position, row, error) -> {
                    throw new AssertionError(error.line());
                  },
              child,
              new Observer(),
              new SnapshotTools.Limits(8 << 20, 256 << 20));
      new TableCopy(tools, 2).copy(snapshot, POINT, List.of(jobs));
    }
  }

  private PostgresSessions sessions() {
    return new PostgresSessions(
        new PostgresAddress(
            database.host(),
            database.port(),
            database.name(),
            database.user(),
            new Secret(database.password()),
            "disable",
            Map.of()),
        "test");
  }

  private CopyJob job(String table) throws SQLException {
    return job(table, Optional.empty(), 1);
  }

  private CopyJob job(String name, Optional<String> where, int partitions) throws SQLException {
    try (Connection sql = database.connect()) {
      Discovery discovery = new CatalogReader(sql).discover();
      TableInfo table = discovery.table(new TableName("public", name)).orElseThrow();
      StreamSpec spec =
          new StreamSpec("public." + name, List.of(), null, null, null, null, null, null);
      StreamSchema schema = StreamSchemas.of(table, spec, discovery.version(), 1);
      StreamPlan plan =
          new StreamPlan(
              table.oid(), schema, "topic." + name, partitions, Optional.empty(), where, false);
      return new CopyJob(plan, schema, 1);
    }
  }

  private List<List<String>> source(String query) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection sql = database.connect();
        Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(row.getString(i)));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  private final class Observer implements IngestObserver {
    @Override
    public void snapshot(
        String stream, int generation, long rows, long estimatedRows, boolean done) {
      told.add(stream + " " + rows + " of " + estimatedRows + (done ? " done" : ""));
    }
  }
}
