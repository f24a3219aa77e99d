package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.process.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source does not go on where progress stands: ingest stops with its own message, never skips,
 * and {@code resync --all} mends it.
 */
class SourceLostTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FLOOR = 29_000_000;
  private static final TableName TABLE = new TableName("public", "t");

  @TempDir private Path folder = Path.of("");

  private final Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL);

  private TestDatabase source = fixture.database;

  @AfterEach
  void close() {
    fixture.close();
  }

  private static void table(TestDatabase database) throws Exception {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int)",
        "INSERT INTO t SELECT g, g FROM generate_series(1, 1000) g");
  }

  private Progress progress() {
    return new CommittedReader(
            new KafkaSettings(fixture.clients(), fixture.spec().limits()), fixture.spec().topics())
        .progress()
        .orElseThrow();
  }

  private void awaitDone(int generation) {
    Eventually.until(
        "generation " + generation + " is complete",
        PATIENCE,
        () -> {
          var state = Objects.requireNonNull(progress().snapshots().get("public.t"));
          return state.generation() == generation && state.phase() == Phase.DONE;
        });
  }

  private void streamOnce() throws Exception {
    table(fixture.database);
    try (var _ = fixture.ingest().streaming()) {
      awaitDone(1);
      fixture.run("INSERT INTO t VALUES (1001, 1)");
      fixture.awaitRows("t", 1001);
    }
  }

  private ErrorInfo stopped(Fixture at) {
    try (Fixture.Running running = at.ingest()) {
      Throwable failure = running.failure();
      assertThat(failure).isInstanceOf(RapidbyteException.class);
      return ((RapidbyteException) Objects.requireNonNull(failure)).error();
    }
  }

  private static void assertMendedByResync(ErrorInfo error, String code, String... words) {
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(words);
    assertThat(error.fix()).contains("rapidbyte resync --all");
    assertThat(error.retryable()).isFalse();
    assertThat(Codes.needsResync(error)).isTrue();
  }

  /** Asks for the mend, and lets the topic hold the table in the new generation. */
  private void mend(Fixture at, int generation) throws Exception {
    at.command(new ResyncCommand.Everything(FLOOR));
    try (var _ = at.ingest().streaming()) {
      awaitDone(generation);
      at.run("INSERT INTO t VALUES (5000, 5)");
      Eventually.until("the topic holds the table", PATIENCE, () -> holdsTheTable(generation));
    }
    try (var _ = at.ingest().streaming()) {
      assertThat(progress().snapshots().get("public.t"))
          .as("nothing is executed twice")
          .matches(state -> state != null && state.generation() == generation);
    }
    var report =
        new TopicOracle(SharedKafka.bootstrap())
            .read(List.of(at.spec().topics().stream(TABLE)), PATIENCE);
    assertThat(report.generations()).contains(generation);
  }

  private boolean holdsTheTable(int generation) throws Exception {
    List<String> wanted =
        List.of(source.query("SELECT string_agg(id || '=' || n, ',' ORDER BY id) FROM t"));
    String held =
        fixture.topic("t").rows().stream()
            .filter(row -> row.record().generation() == generation)
            .map(row -> Map.entry((Integer) row.value("id"), row.value("n").toString()))
            .sorted(Map.Entry.comparingByKey())
            .map(row -> row.getKey() + "=" + row.getValue())
            .reduce((a, b) -> a + "," + b)
            .orElse("");
    return wanted.getFirst().equals(held);
  }

  @Test
  @Tag("chaos")
  void aSlotThatWasDropped() throws Exception {
    streamOnce();
    fixture.run("SELECT pg_drop_replication_slot('" + fixture.slot() + "')");
    fixture.run("INSERT INTO t VALUES (1002, 1)", "DELETE FROM t WHERE id = 1");
    assertMendedByResync(
        stopped(fixture), Codes.SOURCE_RESYNC_REQUIRED, fixture.slot(), "does not exist any more");
    mend(fixture, 2);
  }

  @Test
  void aSlotThatSomebodyCreatedAgain() throws Exception {
    streamOnce();
    fixture.run(
        "SELECT pg_drop_replication_slot('" + fixture.slot() + "')",
        "INSERT INTO t VALUES (1002, 1)",
        "SELECT pg_create_logical_replication_slot('" + fixture.slot() + "', 'pgoutput')");
    assertMendedByResync(
        stopped(fixture), Codes.SOURCE_RESYNC_REQUIRED, fixture.slot(), "by somebody else");
    mend(fixture, 2);
  }

  @Test
  @Tag("chaos")
  void aPublicationThatWasDropped() throws Exception {
    streamOnce();
    fixture.run("DROP PUBLICATION " + fixture.slot(), "INSERT INTO t VALUES (1002, 1)");
    assertMendedByResync(stopped(fixture), Codes.SOURCE_RESYNC_REQUIRED, fixture.slot());
    mend(fixture, 2);
  }

  @Test
  void aPublicationThatWasCreatedAgain() throws Exception {
    streamOnce();
    fixture.run(
        "DROP PUBLICATION " + fixture.slot(),
        "INSERT INTO t VALUES (1002, 1)",
        "CREATE PUBLICATION " + fixture.slot() + " FOR TABLE t");
    assertMendedByResync(
        stopped(fixture),
        Codes.SOURCE_RESYNC_REQUIRED,
        fixture.slot(),
        "was dropped and created again");
    mend(fixture, 2);
  }

  @Test
  @Tag("chaos")
  void progressThatIsLostWhileTheSlotStands() throws Exception {
    streamOnce();
    try (Admin admin = Admin.create(fixture.clients())) {
      // What a deleted home leaves of the pipeline: a slot in the source, nothing in Kafka.
      List<String> ours =
          admin.listTopics().names().get().stream()
              .filter(name -> name.contains(fixture.name + "."))
              .toList();
      admin.deleteTopics(ours).all().get();
      Eventually.until(
          "the topics are gone",
          PATIENCE,
          () -> admin.listTopics().names().get().stream().noneMatch(ours::contains));
    }
    fixture.run("INSERT INTO t VALUES (1002, 1)");
    ErrorInfo error = stopped(fixture);
    assertThat(error.code()).isEqualTo("source/slot-not-ours");
    assertThat(error.message()).contains(fixture.slot(), "no progress");
    assertThat(error.fix()).contains("rapidbyte resync --all");
    mend(fixture, FLOOR);
  }

  @Test
  @Tag("chaos")
  void anotherDatabaseCluster() throws Exception {
    streamOnce();
    try (EmbeddedPostgres other = EmbeddedPostgres.start();
        TestDatabase database = TestDatabase.create(other, "other")) {
      table(database);
      source = database;
      Fixture there = fixture.at(database);
      assertMendedByResync(stopped(there), Codes.DIVERGED, "another database cluster", "system id");
      mend(there, 2);
    }
  }

  @Test
  void aSourceThatWasRestoredFromAnOlderCopy() throws Exception {
    Path data = folder.resolve("data");
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(EmbeddedPostgres.Options.defaults().in(data));
        TestDatabase database = TestDatabase.create(server, "restored")) {
      table(database);
      source = database;
      Fixture there = fixture.at(database);
      try (var _ = there.ingest().streaming()) {
        awaitDone(1);
      }
      server.stop();
      Path copy = folder.resolve("copy");
      copy(data, copy);
      server.restart();
      try (var _ = there.ingest().streaming()) {
        there.run("INSERT INTO t SELECT g, g FROM generate_series(2000, 4000) g");
        there.awaitRows("t", 3001);
      }
      server.stop();
      Trees.remove(data);
      copy(copy, data);
      server.restart();
      assertMendedByResync(
          stopped(there), Codes.DIVERGED, "before our position", "restored from a backup");
      mend(there, 2);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path each : tree.toList()) {
        Files.copy(
            each, to.resolve(from.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
