package io.rapidbyte.app.large;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.worker.LivePipeline;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All roles and the broker in one process, with a heap of 512 MB where nothing else is said. */
final class GiantTest {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @TempDir private Path home = Path.of("");

  private LivePipeline pipeline;
  private long began;
  private String heap = "512m";

  @BeforeEach
  void start() {
    pipeline =
        new LivePipeline(home, EmbeddedPostgres.Options.defaults().with("max_wal_size", "4GB"));
    began = System.nanoTime();
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private ForkedJvm.Options small(ForkedJvm.Options options) {
    return options.heap(heap).flag("-XX:MaxDirectMemorySize=256m");
  }

  private void says(String what) {
    System.out.printf(
        "%s: %.1f s, peak RSS %d MB%n",
        what, (System.nanoTime() - began) / 1e9, pipeline.memory("VmHWM") / 1024);
    began = System.nanoTime();
  }

  @Test
  @Tag("chaos")
  void tenMillionChangesInOneTransaction() throws Exception {
    transaction(8_000_000, Duration.ofMinutes(15));
  }

  @Test
  void aTransactionOfManyPieces() throws Exception {
    transaction(160_000, Duration.ofMinutes(2));
  }

  /** Inserts, and a quarter as many updates and deletes of them, in one transaction. */
  private void transaction(long inserts, Duration patience) throws Exception {
    pipeline.source(
        "CREATE TABLE events (id bigint PRIMARY KEY, kind int, note text, at timestamptz)");
    pipeline.declareWarehouse(
        "streams: [ { table: public.events } ]\n"
            + (inserts < 1_000_000 ? "limits: { transaction: 4mb }\n" : ""));
    pipeline.start(this::small);
    pipeline.awaitWarehouse("SELECT count(*) FROM public.events", "0", Duration.ofMinutes(1));
    long updates = inserts * 3 / 16;
    long deletes = inserts / 16;
    pipeline.source(
        "INSERT INTO events SELECT i, i % 97, 'note ' || i, now() FROM generate_series(1, "
            + inserts
            + ") i",
        "UPDATE events SET note = note || '!' WHERE id <= " + updates,
        "DELETE FROM events WHERE id > " + (inserts - deletes));
    says("written at the source");
    pipeline.awaitWarehouse(
        "SELECT count(*) FROM public.events", Long.toString(inserts - deletes), patience);
    pipeline.awaitWarehouse(
        "SELECT count(*) FROM public.events WHERE note LIKE '%!'",
        Long.toString(updates), PATIENCE);
    says("in the warehouse");
    TopicReport report =
        new TopicOracle(pipeline.bootstrap())
            .read(List.of("live.public.events"), Duration.ofMinutes(1));
    says("read from the topic");
    assertThat(report.violations()).isEmpty();
    assertThat(report.gaps()).isEmpty();
    assertThat(report.totalChanges()).isEqualTo(inserts + updates + deletes);
    assertThat(report.transactions()).isEqualTo(1);
    pipeline.terminate();
    assertThat(pipeline.compareWarehouse("events").inSync()).isTrue();
  }

  @Test
  @Tag("chaos")
  void rowsOfFiftyMegabytes() throws Exception {
    rows(50);
  }

  @Test
  @Tag("chaos")
  void rowsThatTakeSeveralRecords() throws Exception {
    rows(9);
  }

  /**
   * Twice the largest rows take more of the heap; what it takes stands in the destinations' page.
   */
  @Test
  @Tag("chaos")
  void rowsOfAHundredMegabytes() throws Exception {
    heap = "1g";
    rows(100);
  }

  /** Every role and the broker in a heap that is a fourth of what others have. */
  @Test
  @Tag("chaos")
  void aHundredThousandTransactionsOfOneRow() throws Exception {
    heap = "128m";
    pipeline.source("CREATE TABLE ticks (id int PRIMARY KEY, note text)");
    pipeline.declare("streams: [ { table: public.ticks } ]\n");
    pipeline.start(this::small);
    pipeline.awaitCopy("SELECT count(*) FROM public.ticks", "0", Duration.ofMinutes(1));
    try (Connection connection = pipeline.postgres().connect("source");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "DO $$ BEGIN FOR i IN 1..100000 LOOP INSERT INTO ticks VALUES (i, 'tick ' || i); COMMIT;"
              + " END LOOP; END $$");
    }
    says("written at the source");
    for (String sql :
        List.of("SELECT count(*) FROM public.ticks", "SELECT max(id) FROM public.ticks")) {
      pipeline.awaitCopy(sql, "100000", PATIENCE);
      pipeline.awaitWarehouse(sql, "100000", PATIENCE);
    }
    says("in both");
    assertThat(pipeline.memory("VmHWM")).as("peak, kB").isLessThan(1_000_000);
    TopicReport report =
        new TopicOracle(pipeline.bootstrap())
            .read(List.of("live.public.ticks"), Duration.ofMinutes(1));
    assertThat(report.violations()).isEmpty();
    assertThat(report.gaps()).isEmpty();
    assertThat(report.transactions()).isEqualTo(100_000);
    pipeline.terminate();
    assertThat(pipeline.compareCopy("ticks").inSync()).isTrue();
    assertThat(pipeline.compareWarehouse("ticks").inSync()).isTrue();
  }

  /** Every row in a few words, made where it is. */
  private static final String DIGESTS =
      "SELECT string_agg(id || ' ' || coalesce(md5(body), '-') || ' ' || coalesce(md5(raw), '-')"
          + " || ' ' || note, ', ' ORDER BY id) FROM public.blobs";

  private void rows(int megabytes) throws Exception {
    pipeline.source(
        "CREATE TABLE blobs (id int PRIMARY KEY, body text, raw bytea, note text)",
        "CREATE TABLE megabyte AS SELECT string_agg(md5(i::text), '') AS text"
            + " FROM generate_series(1, 32768) i",
        "CREATE FUNCTION body(seed int) RETURNS text LANGUAGE sql AS $$ SELECT"
            + " md5(seed::text) || repeat(text, "
            + megabytes
            + ") FROM megabyte $$",
        "INSERT INTO blobs VALUES (1, body(1), NULL, 'before the pipeline')");
    pipeline.declare("streams: [ { table: public.blobs } ]\n");
    pipeline.start(this::small);
    awaitRows("before the pipeline", 1);
    says("snapshot");
    pipeline.source("INSERT INTO blobs VALUES (2, body(2), NULL, 'two')");
    pipeline.source("INSERT INTO blobs VALUES (3, NULL, convert_to(body(3), 'UTF8'), 'three')");
    awaitRows("three", 1);
    says("two inserts");
    pipeline.source(
        "INSERT INTO blobs SELECT i, body(i), NULL, 'several' FROM generate_series(4, 7) i",
        "UPDATE blobs SET body = body(40), note = 'several' WHERE id = 2",
        "DELETE FROM blobs WHERE id = 4");
    awaitRows("several", 4);
    says("six in one transaction");
    pipeline.source("UPDATE blobs SET note = 'unchanged' WHERE id > 1");
    pipeline.source("UPDATE blobs SET id = 80 WHERE id = 5");
    pipeline.source("DELETE FROM blobs WHERE id = 1");
    pipeline.source("INSERT INTO blobs VALUES (9, 'small', NULL, 'last')");
    awaitRows("last", 1);
    says("unchanged, key change, delete");
    TopicReport report =
        new TopicOracle(pipeline.bootstrap())
            .read(List.of("live.public.blobs"), Duration.ofMinutes(1));
    assertThat(report.violations()).isEmpty();
    assertThat(report.gaps()).isEmpty();
    String rows = atTheSource(DIGESTS);
    pipeline.awaitCopy(DIGESTS, rows, PATIENCE);
    pipeline.awaitWarehouse(DIGESTS, rows, PATIENCE);
  }

  private String atTheSource(String sql) throws SQLException {
    try (Connection connection = pipeline.postgres().connect("source");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void awaitRows(String note, int count) {
    String sql = "SELECT count(*) FROM public.blobs WHERE note = '" + note + "'";
    pipeline.awaitCopy(sql, Integer.toString(count), Duration.ofMinutes(3));
    pipeline.awaitWarehouse(sql, Integer.toString(count), Duration.ofMinutes(3));
  }
}
