package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.testkit.Eventually;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows copied again because somebody asks for it, while the pipeline runs. */
class ResyncTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL);

  @BeforeEach
  void tables() throws Exception {
    for (String table : List.of("a", "b")) {
      fixture.run(
          "CREATE TABLE %s (id int PRIMARY KEY, n int, note text)".formatted(table),
          "INSERT INTO %s SELECT g, g, 'x' FROM generate_series(1, 3000) g".formatted(table));
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Progress progress() {
    return new CommittedReader(
            new KafkaSettings(fixture.clients(), fixture.spec().limits()), fixture.spec().topics())
        .progress()
        .orElseThrow();
  }

  private SnapshotState state(String stream) {
    return Objects.requireNonNull(progress().snapshots().get(stream), stream);
  }

  private void awaitDone(String stream, int generation) {
    Eventually.until(
        stream + " is in its generation " + generation,
        PATIENCE,
        () -> state(stream).generation() == generation && state(stream).phase() == Phase.DONE);
  }

  private void awaitExecuted(long commands) {
    Eventually.until("executed", PATIENCE, () -> progress().control() == commands);
  }

  private List<TopicRows.Row> rows(String table, int generation) {
    return fixture.topic(table).rows().stream()
        .filter(row -> row.record().generation() == generation)
        .toList();
  }

  @Test
  void aStreamIsCopiedAgainUnderItsNextGenerationWhileOthersGoOn() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.a", 1);
      fixture.command(new ResyncCommand.Streams(List.of("public.a")));
      awaitDone("public.a", 2);
      fixture.run("INSERT INTO a VALUES (9001)", "INSERT INTO b VALUES (9001)");
      fixture.awaitRows("b", 3001);
      fixture.awaitRows("a", 6001);
    }
    TopicRows a = fixture.topic("a");
    List<RecordHeaders> second =
        a.records().stream().filter(record -> record.generation() == 2).toList();
    assertThat(second.getFirst().kind().label()).isEqualTo("schema");
    assertThat(second.getFirst().range()).isEqualTo(RecordHeaders.BEGIN);
    assertThat(second.stream().map(r -> r.kind().label())).containsOnlyOnce("snapshot-end");
    assertThat(rows("a", 2)).hasSize(3001);
    assertThat(state("public.b").generation()).isEqualTo(1);
    assertThat(progress().control()).isEqualTo(1);
    // Nothing is executed twice by the next start.
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO a VALUES (9002)");
      fixture.awaitRows("a", 6002);
    }
    assertThat(state("public.a").generation()).isEqualTo(2);
  }

  @Test
  void aKeylessTableIsCopiedAgainWhole() throws Exception {
    fixture.streams(Fixture.appended("public.log"));
    fixture.run("CREATE TABLE log (line int)", "INSERT INTO log SELECT generate_series(1, 2000)");
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.log", 1);
      fixture.command(new ResyncCommand.Streams(List.of("public.log")));
      awaitDone("public.log", 2);
      fixture.run("INSERT INTO log VALUES (9001)");
      fixture.awaitRows("log", 4001);
    }
    assertThat(rows("log", 2).stream().map(row -> row.value("line")).distinct()).hasSize(2001);
    assertThat(rows("log", 2)).hasSize(2001);
  }

  @Test
  void aCommandThatNobodyCanFollowIsPassedOver() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.a", 1);
      fixture.command(new ResyncCommand.Streams(List.of("public.gone")));
      fixture.command(new ResyncCommand.Keys("public.gone", List.of(List.of("1"))));
      fixture.command(new ResyncCommand.Keys("public.a", List.of(List.of("no number"))));
      fixture.command(new ResyncCommand.Keys("public.a", List.of(List.of("1", "2"))));
      awaitExecuted(4);
      fixture.run("INSERT INTO a VALUES (9001)");
      fixture.awaitRows("a", 3001);
    }
    assertThat(fixture.topic("a").rows()).hasSize(3001);
  }

  @Test
  void aRowIsReadAgainByItsKeyInItsGeneration() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.a", 1);
      fixture.command(new ResyncCommand.Keys("public.a", List.of(List.of("007"), List.of("3001"))));
      fixture.command(new ResyncCommand.Keys("public.a", List.of(List.of("8"))));
      awaitExecuted(2);
      assertThat(fixture.topic("a").texts().stream().skip(3000).toList())
          .containsExactly("r{id=7, n=7, note=x}", "d{id=3001}", "r{id=8, n=8, note=x}");
    }
    assertThat(fixture.topic("a").records()).allMatch(record -> record.generation() == 1);
  }

  @Test
  void aQuietTableThatLostAColumnIsCopiedAgainWithThoseItHas() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.a", 1);
      fixture.run("ALTER TABLE a DROP COLUMN note, ADD more int DEFAULT 7");
      fixture.command(new ResyncCommand.Streams(List.of("public.a")));
      awaitDone("public.a", 2);
    }
    assertThat(rows("a", 2)).hasSize(3000);
    assertThat(fixture.topic("a").texts().getLast()).isEqualTo("r{id=3000, more=7, n=3000}");
  }

  /** Each strikes while chunks are read; what counts is what a reader of the topic ends with. */
  @Test
  void aTableThatIsAlteredAndChangedUnderItsChunksEndsAsTheSourceIs() throws Exception {
    fixture.run("INSERT INTO a SELECT g, g, 'x' FROM generate_series(3001, 40000) g");
    try (var _ = fixture.ingest().streaming()) {
      awaitDone("public.a", 1);
      fixture.command(new ResyncCommand.Streams(List.of("public.a")));
      Eventually.until("begun", PATIENCE, () -> state("public.a").generation() == 2);
      fixture.transaction(
          "UPDATE a SET n = -1 WHERE id = 39999",
          "ALTER TABLE a ADD more int",
          "UPDATE a SET id = 50000, more = 1 WHERE id = 40000");
      fixture.run(
          "UPDATE a SET id = -5 WHERE id = 5",
          "ALTER TABLE a DROP COLUMN note",
          "DELETE FROM a WHERE id = 20000");
      awaitDone("public.a", 2);
      fixture.run("INSERT INTO a VALUES (60000, 1, 1)");
      Fixture.until(() -> fixture.topic("a").texts().getLast().startsWith("c{id=60000"));
    }
    Map<String, String> last = new HashMap<>();
    for (TopicRows.Row row : rows("a", 2)) {
      String id = String.valueOf(row.value("id"));
      if (row.op().equals("d")) {
        last.remove(id);
      } else {
        last.put(id, String.valueOf(row.value("n")));
      }
    }
    assertThat(last).hasSize(40_000).doesNotContainKeys("5", "40000", "20000");
    assertThat(last).containsEntry("39999", "-1").containsEntry("50000", "40000");
    assertThat(last).containsKeys("-5", "60000");
  }
}
