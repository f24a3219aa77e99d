package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that were there before: copied, or read in chunks, while others write. */
@SuppressWarnings("try") // a writer is closed early where the test needs its rows
class SnapshotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final List<String> COLUMNS = List.of("id", "n", "note", "big");

  private final Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL);

  @BeforeEach
  void large() throws SQLException {
    fixture.run(
        "CREATE FUNCTION large(seed text) RETURNS text LANGUAGE sql AS $$ SELECT"
            + " string_agg(md5(i::text || seed), '') FROM generate_series(1, 80) i $$");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void createTables(String... names) throws SQLException {
    for (String name : names) {
      fixture.run(
          "CREATE TABLE %s (id int PRIMARY KEY, n int, note text, big text)".formatted(name),
          "ALTER TABLE %s ALTER big SET STORAGE EXTERNAL".formatted(name));
    }
  }

  private void fill(String table, int rows, int large) throws SQLException {
    fixture.run(
        ("INSERT INTO %s SELECT g, g, repeat('x', 200), CASE WHEN g <= %d THEN large(g::text) END"
                + " FROM generate_series(1, %d) g")
            .formatted(table, large, rows));
  }

  /** Writes to a table until closed: inserts, updates, deletes, and key changes. */
  private final class Writer implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stop;
    private volatile Optional<Throwable> failure = Optional.empty();

    Writer(String table, int keys, long seed) {
      thread = Thread.ofPlatform().name("writer-" + table).start(() -> run(table, keys, seed));
    }

    private void run(String table, int keys, long seed) {
      Random random = new Random(seed);
      try (Connection sql = fixture.database.connect();
          Statement statement = sql.createStatement()) {
        sql.setAutoCommit(false);
        for (int i = 0; !stop; i++) {
          for (int change = 1 + random.nextInt(4); change > 0; change--) {
            statement.execute(change(table, random.nextInt(keys), random.nextInt(keys), random));
          }
          sql.commit();
          if (i % 10 == 0) {
            Thread.sleep(2);
          }
        }
      } catch (SQLException | InterruptedException e) {
        failure = Optional.of(e);
      }
    }

    private static String change(String table, int key, int other, Random random) {
      return switch (random.nextInt(6)) {
        case 0 -> "DELETE FROM " + table + " WHERE id = " + key;
        case 1 ->
            "UPDATE %s SET id = %d WHERE id = %d AND NOT EXISTS (SELECT FROM %s WHERE id = %d)"
                .formatted(table, other, key, table, other);
        case 2 ->
            "INSERT INTO %s VALUES (%d, 0, 'new', large('%d')) ON CONFLICT DO NOTHING"
                .formatted(table, key, random.nextInt());
        case 3 -> "UPDATE %s SET big = large('%d') WHERE id = %d".formatted(table, other, key);
        default -> "UPDATE " + table + " SET n = n + 1 WHERE id = " + key;
      };
    }

    @Override
    public void close() throws InterruptedException {
      stop = true;
      thread.join();
      failure.ifPresent(
          e -> {
            throw new AssertionError("the writer failed", e);
          });
    }
  }

  private int generation(String stream) {
    return Objects.requireNonNull(states().get(stream), stream).generation();
  }

  private Map<String, SnapshotState> states() {
    CommittedReader reader =
        new CommittedReader(
            new KafkaSettings(fixture.clients(), fixture.spec().limits()), fixture.spec().topics());
    return reader.progress().map(Progress::snapshots).orElse(Map.of());
  }

  private void awaitDone(int streams) {
    Eventually.until(
        "every snapshot is done",
        PATIENCE,
        () -> {
          Map<String, SnapshotState> states = states();
          return states.size() == streams
              && states.values().stream().allMatch(s -> s.phase() == Phase.DONE);
        });
  }

  /** Waits until everything written so far is in the topic, and replays it. */
  private Replay replay(String table, List<String> columns) throws SQLException {
    fixture.run("INSERT INTO %s (id) VALUES (-1)".formatted(table));
    Eventually.until(
        "the last change arrives",
        PATIENCE,
        () ->
            fixture.topic(table).rows().stream()
                .anyMatch(row -> row.value("id").toString().equals("-1")));
    return Replay.of(fixture.topic(table), columns);
  }

  private List<String> source(String table, List<String> columns) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection sql = fixture.database.connect();
        Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT " + String.join(", ", columns) + " FROM " + table)) {
      while (row.next()) {
        String[] values = new String[columns.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = Objects.toString(row.getString(i + 1), "");
        }
        rows.add(String.join("|", Arrays.asList(values)));
      }
    }
    rows.sort(null);
    return rows;
  }

  private static List<String> shortened(List<String> rows) {
    return rows.stream()
        .limit(20)
        .map(row -> row.substring(0, Math.min(60, row.length())))
        .toList();
  }

  private void assertEqual(String table) throws SQLException {
    Replay replay = replay(table, COLUMNS);
    assertThat(replay.faults).as(table).isEmpty();
    List<String> missing = new ArrayList<>(source(table, COLUMNS));
    List<String> more = new ArrayList<>(replay.table());
    replay.table().forEach(missing::remove);
    source(table, COLUMNS).forEach(more::remove);
    assertThat(shortened(missing)).as("%s: rows that are missing", table).isEmpty();
    assertThat(shortened(more)).as("%s: rows that are too many", table).isEmpty();
  }

  @Test
  void aCopyAndTheLogBehindItMakeTheTable() throws Exception {
    createTables("a", "b");
    fill("a", 20000, 500);
    fill("b", 300, 300);
    try (Writer a = new Writer("a", 600, 1);
        Writer b = new Writer("b", 400, 2)) {
      try (var _ = fixture.ingest().streaming()) {
        awaitDone(2);
        a.close();
        b.close();
        assertEqual("a");
        assertEqual("b");
      }
    }
    assertThat(generation("public.a")).isEqualTo(1);
    assertThat(fixture.topic("a").kinds()).containsOnlyOnce("snapshot-end");
  }

  @Test
  @Tag("chaos")
  void aSnapshotKilledFiveTimesEndsWithEachRowOnceInItsGeneration() throws Exception {
    fixture.streams(Fixture.stream("public.*"), Fixture.appended("public.keyless"));
    createTables("a", "m", "z");
    fixture.run(
        "CREATE TABLE keyless (id int, note text)",
        "INSERT INTO keyless SELECT g, repeat('k', 300) FROM generate_series(1, 9000) g");
    fill("a", 50, 50);
    fill("m", 40000, 400);
    fill("z", 500, 500);
    try (Writer m = new Writer("m", 800, 3);
        Writer z = new Writer("z", 800, 4)) {
      for (String failpoint :
          List.of("snap.range:3", "snap.range:2", "snap.range:1", "snap.table:1", "snap.range:2")) {
        try (ForkedJvm doomed = fork(failpoint)) {
          assertThat(doomed.waitFor(PATIENCE)).as(doomed.output()).hasValue(Failpoint.EXIT_CODE);
        }
      }
      Map<String, SnapshotState> left = states();
      assertThat(left.values())
          .as("something is left to do: %s", left)
          .anyMatch(state -> state.phase() != Phase.DONE);
      long records = doneRecords(left);
      try (var _ = fixture.ingest().streaming()) {
        awaitDone(4);
        m.close();
        z.close();
        assertEqual("a");
        assertEqual("m");
        assertEqual("z");
      }
      assertThat(doneRecords(left)).as("snapshot records of finished tables").isEqualTo(records);
    }
    for (String table : List.of("a", "m", "z")) {
      assertEachRowOnce(table);
    }
    assertKeyless(9000);
  }

  private ForkedJvm fork(String failpoint) {
    return ForkedJvm.start(
        ForkedJvm.Options.of(
                IngestMain.class.getName(),
                fixture.name,
                fixture.slot(),
                fixture.database.host(),
                Integer.toString(fixture.database.port()),
                fixture.database.name(),
                fixture.database.user(),
                fixture.database.password(),
                SharedKafka.bootstrap(),
                "64000000",
                "INITIAL",
                "public.keyless")
            .heap("256m")
            .flag("-XX:TieredStopAtLevel=1")
            .with("fp", failpoint));
  }

  /** How many snapshot records the topics of finished tables hold. */
  private long doneRecords(Map<String, SnapshotState> states) {
    return states.entrySet().stream()
        .filter(entry -> entry.getValue().phase() == Phase.DONE)
        .map(entry -> fixture.topic(entry.getKey().substring("public.".length())))
        .flatMap(topic -> topic.kinds().stream())
        .filter(kind -> kind.startsWith("snapshot"))
        .count();
  }

  private void assertEachRowOnce(String table) {
    Replay replay = Replay.of(fixture.topic(table), COLUMNS);
    assertThat(replay.ended).as(table).hasSize(1);
    int generation = generation("public." + table);
    assertThat(replay.ended.getFirst()).isEqualTo(generation);
    assertThat(replay.again.stream().limit(20)).as("rows of %s read twice", table).isEmpty();
  }

  private void assertKeyless(int rows) {
    TopicRows topic = fixture.topic("keyless");
    int last = generation("public.keyless");
    List<Object> ids =
        topic.rows().stream()
            .filter(row -> row.record().generation() == last)
            .map(row -> row.value("id"))
            .toList();
    List<Object> twice = new ArrayList<>(ids);
    new HashSet<>(ids).forEach(twice::remove);
    assertThat(twice.stream().limit(20)).as("twice").isEmpty();
    assertThat(ids.size()).isEqualTo(rows);
    assertThat(topic.kinds()).containsOnlyOnce("snapshot-end");
  }

  @Test
  void aTableAddedLaterIsReadInChunksWhileTheLogStreams() throws Exception {
    createTables("first");
    fill("first", 10, 0);
    try (var _ = fixture.ingest().streaming()) {
      awaitDone(1);
    }
    createTables("added");
    fixture.run(
        "CREATE TABLE parted (id int PRIMARY KEY, n int, note text, big text) PARTITION BY RANGE"
            + " (id)",
        "CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (MINVALUE) TO (3000)",
        "CREATE TABLE parted_high PARTITION OF parted DEFAULT",
        "CREATE TABLE nothing (id int PRIMARY KEY, n int, note text, big text)");
    fill("added", 12000, 300);
    fill("parted", 6000, 100);
    try (Writer added = new Writer("added", 600, 5);
        Writer parted = new Writer("parted", 6000, 6)) {
      try (var _ = fixture.ingest().streaming()) {
        awaitDone(4);
        added.close();
        parted.close();
        assertEqual("added");
        assertEqual("parted");
        assertEqual("nothing");
      }
    }
    assertThat(generation("public.added")).isEqualTo(1);
    assertThat(generation("public.first")).isEqualTo(1);
  }

  @Test
  void aKeylessTableIsCopiedAnewWhileOthersInsert() throws Exception {
    fixture.streams(Fixture.appended("public.keyless"));
    fixture.run(
        "CREATE TABLE keyless (id int, note text)",
        "INSERT INTO keyless SELECT g, repeat('k', 300) FROM generate_series(1, 40000) g");
    try (ForkedJvm doomed = fork("snap.range:2")) {
      assertThat(doomed.waitFor(PATIENCE)).as(doomed.output()).hasValue(Failpoint.EXIT_CODE);
    }
    fixture.run("INSERT INTO keyless SELECT generate_series(40001, 40100)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO keyless SELECT generate_series(40101, 40200)");
      awaitDone(1);
      Eventually.until(
          "the last insert arrives",
          PATIENCE,
          () ->
              fixture.topic("keyless").rows().stream()
                  .anyMatch(row -> row.value("id").toString().equals("40200")));
    }
    assertThat(generation("public.keyless")).isEqualTo(2);
    assertKeyless(40200);
  }

  @Test
  void aConditionHoldsForChunksAsForTheCopy() throws Exception {
    StreamSpec filtered =
        new StreamSpec("public.a", List.of(), null, "id % 2 = 0", null, null, null, null);
    createTables("a");
    fill("a", 30000, 0);
    fixture.streams(filtered);
    try (var _ = fixture.ingest().streaming()) {
      awaitDone(1);
      assertThat(fixture.topic("a").rows()).hasSize(15000);
    }
  }
}
