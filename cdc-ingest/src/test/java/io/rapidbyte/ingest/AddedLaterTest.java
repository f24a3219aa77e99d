package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.StreamSpec.ColumnSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pipeline takes up, or takes otherwise, once it has run. */
class AddedLaterTest {
  private final Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL);

  @BeforeEach
  void table() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, a text, b text)",
        "INSERT INTO t SELECT g, 'a' || g, 'b' || g FROM generate_series(1, 6) g");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static StreamSpec stream(@Nullable String where, String... columns) {
    List<ColumnSpec> named = Stream.of(columns).map(c -> new ColumnSpec(c, null)).toList();
    return new StreamSpec(
        "public.t", List.of(), columns.length == 0 ? null : named, where, null, null, null, null);
  }

  @Test
  void aTableThatMatchesAPatternIsTakenUpAtOnce() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.run(
          "CREATE TABLE later (id int PRIMARY KEY, v text)",
          "INSERT INTO later SELECT g, 'x' FROM generate_series(1, 100) g");
      fixture.awaitDone("later", 1);
      fixture.run("INSERT INTO later VALUES (101, 'y')", "INSERT INTO t VALUES (7)");
      Fixture.until(() -> fixture.ends("later").size() == 101);
      Fixture.until(() -> fixture.ends("t").size() == 7);
    }
    assertThat(fixture.generation("t")).isEqualTo(1);
  }

  @Test
  @Tag("chaos")
  void aTableThatCannotBeStreamedStopsNothingAndIsTakenUpWhereItCan() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.run("CREATE TABLE keyless (id int NOT NULL)", "INSERT INTO t VALUES (7)");
      Fixture.until(() -> fixture.ends("t").size() == 7);
      fixture.run("INSERT INTO keyless VALUES (1)", "ALTER TABLE keyless ADD PRIMARY KEY (id)");
      fixture.awaitDone("keyless", 1);
      assertThat(fixture.ends("keyless")).containsOnlyKeys("1");
    }
  }

  @Test
  void aTableMadeAgainUnderItsNameIsCopiedAgain() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.transaction(
          "DROP TABLE t",
          "CREATE TABLE t (id int PRIMARY KEY, a text, b text)",
          "INSERT INTO t VALUES (5, 'new', NULL)");
      fixture.awaitDone("t", 2);
      fixture.run("INSERT INTO t VALUES (8, 'newer', NULL)");
      Fixture.until(() -> fixture.ends("t").size() == 2);
      assertThat(fixture.ends("t")).containsOnlyKeys("5", "8");
      assertThat(fixture.topic("t").kinds()).contains("snapshot-end");
      // Another one takes its place: a swap, as tools for online changes do it.
      fixture.run("CREATE TABLE other (LIKE t INCLUDING ALL)", "INSERT INTO other VALUES (9)");
      fixture.transaction("ALTER TABLE t RENAME TO old", "ALTER TABLE other RENAME TO t");
      fixture.awaitDone("t", 3);
      assertThat(fixture.ends("t")).containsOnlyKeys("9");
      fixture.awaitDone("old", 1);
      assertThat(fixture.ends("old")).containsOnlyKeys("5", "8");
    }
  }

  @Test
  @Tag("chaos")
  void aTableMadeAgainWhileNobodyLookedIsCopiedAgainToo() throws Exception {
    fixture.schemaEvents(SchemaEvents.OFF);
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
    }
    fixture.run(
        "DROP TABLE t",
        "CREATE TABLE t (id int PRIMARY KEY, a text, b text)",
        "INSERT INTO t VALUES (5, 'new', NULL)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 2);
      assertThat(fixture.ends("t")).containsOnlyKeys("5");
    }
  }

  @Test
  @Tag("chaos")
  void withoutEventTriggersTablesAreTakenUpWithinAMinute() throws Exception {
    fixture.schemaEvents(SchemaEvents.OFF);
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.run("CREATE TABLE later (id int PRIMARY KEY)", "INSERT INTO later VALUES (1)");
      io.rapidbyte.testkit.Eventually.until(
          "taken up",
          java.time.Duration.ofSeconds(90),
          () -> fixture.progress().snapshots().containsKey("public.later"));
      fixture.awaitDone("later", 1);
    }
  }

  @Test
  @Tag("chaos")
  void whatAPublicationLackedIsCopied() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.transaction(
          "ALTER PUBLICATION %s DROP TABLE t".formatted(fixture.slot()),
          "INSERT INTO t VALUES (100)",
          "DELETE FROM t WHERE id = 1");
      fixture.awaitDone("t", 2);
      assertThat(fixture.ends("t")).containsKey("100").doesNotContainKey("1").hasSize(6);
    }
    // While nobody looks, and somebody mends it halfway.
    fixture.run(
        "ALTER PUBLICATION %s SET TABLE t WHERE (id > 1000)".formatted(fixture.slot()),
        "INSERT INTO t VALUES (101)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 3);
      assertThat(fixture.ends("t")).containsKey("101").hasSize(7);
    }
  }

  @Test
  void aTableTakenOutOfThePublicationAndPutBackIsCopiedAgain() throws Exception {
    String alter = "ALTER PUBLICATION %s ".formatted(fixture.slot());
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
    }
    fixture.run(alter + "DROP TABLE t", "INSERT INTO t VALUES (100)", alter + "ADD TABLE ONLY t");
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 2);
      assertThat(fixture.ends("t")).containsKey("100").hasSize(7);
      // Another switch, under a pipeline that runs.
      fixture.transaction(
          alter + "SET (publish = 'insert')",
          "DELETE FROM t WHERE id = 100",
          alter + "SET (publish = 'insert, update, delete, truncate')");
      fixture.awaitDone("t", 3);
      assertThat(fixture.ends("t")).doesNotContainKey("100").hasSize(6);
    }
    try (var _ = fixture.ingest().streaming()) {
      assertThat(fixture.generation("t")).isEqualTo(3);
    }
  }

  @Test
  @Tag("chaos")
  void widerConditionsAndColumnsAreCopiedNarrowerColumnsAreNot() throws Exception {
    fixture.streams(stream("id > 3", "id", "a"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      assertThat(fixture.ends("t")).containsOnlyKeys("4", "5", "6");
    }
    fixture.run("INSERT INTO t VALUES (0), (7)");
    fixture.streams(stream("id > 2", "id", "a"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 2);
      assertThat(fixture.ends("t")).containsOnlyKeys("3", "4", "5", "6", "7");
    }
    fixture.streams(stream("id > 2", "id", "a", "b"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 3);
      assertThat(fixture.ends("t")).containsEntry("3", "{a=a3, b=b3, id=3}");
    }
    fixture.streams(stream("id > 2", "id", "b"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (8, 'a8', 'b8')");
      Fixture.until(() -> fixture.ends("t").containsKey("8"));
      assertThat(fixture.ends("t")).containsEntry("8", "{b=b8, id=8}");
      assertThat(fixture.generation("t")).isEqualTo(3);
    }
  }

  @Test
  @Tag("chaos")
  void aDestinationAddedBehindRetentionHasItsRowsCopied() throws Exception {
    fixture.destinations(warehouse("first"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
    }
    fixture.destinations(warehouse("first"), warehouse("second"));
    try (var _ = fixture.ingest().streaming()) {
      // The topic has all that it needs.
      assertThat(fixture.generation("t")).isEqualTo(1);
    }
    TopicPartition topic =
        new TopicPartition(fixture.spec().topics().stream(new TableName("public", "t")), 0);
    try (Admin admin = Admin.create(fixture.clients())) {
      admin.deleteRecords(Map.of(topic, RecordsToDelete.beforeOffset(1))).all().get();
    }
    fixture.destinations(warehouse("first"), warehouse("second"), warehouse("third"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 2);
    }
    try (var _ = fixture.ingest().streaming()) {
      assertThat(fixture.generation("t")).isEqualTo(2);
    }
  }

  private static DestinationSpec warehouse(String name) {
    return new DestinationSpec(
        name,
        new DestinationSpec.Kind.DuckDb(Path.of("/nowhere/" + name)),
        WriteMode.UPSERT,
        List.of());
  }

  /** Its insert is decoded by the publication of before, and is not in a copy either. */
  @Test
  void aTransactionOlderThanThePublicationsChangeIsWaitedFor() throws Exception {
    fixture.run("CREATE TABLE later (id int PRIMARY KEY)", "INSERT INTO later VALUES (1)");
    fixture.streams(Fixture.stream("public.t"));
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
    }
    try (Connection old = fixture.database.connect();
        Statement statement = old.createStatement()) {
      old.setAutoCommit(false);
      statement.execute("INSERT INTO later VALUES (2)");
      fixture.streams(Fixture.stream("public.t"), Fixture.stream("public.later"));
      try (Fixture.Running running = fixture.ingest()) {
        String published =
            "SELECT count(*) FROM pg_publication_tables WHERE tablename = 'later' AND pubname = '%s'"
                .formatted(fixture.slot());
        Fixture.until(() -> fixture.value(published).equals("1"));
        fixture.run("INSERT INTO later VALUES (3)");
        statement.execute("INSERT INTO later VALUES (4)");
        assertThat(fixture.topic("later").rows()).isEmpty();
        old.commit();
        running.streaming();
        fixture.awaitDone("later", 1);
        fixture.run("INSERT INTO later VALUES (5)");
        Fixture.until(() -> fixture.ends("later").size() == 5);
      }
    }
  }

  @Test
  @Tag("chaos")
  void aSnapshotThatIsAllThatIsWantedIsMadeAgainWhereAskedFor() throws Exception {
    fixture.snapshot(SnapshotMode.ONLY);
    try (Fixture.Running running = fixture.ingest()) {
      assertThat(running.failure()).isNull();
    }
    assertThat(fixture.topic("t").rows()).hasSize(6);
    fixture.run("UPDATE t SET a = 'again' WHERE id = 1", "CREATE TABLE s (id int PRIMARY KEY)");
    fixture.command(new ResyncCommand.Streams(List.of("public.t")));
    fixture.command(new ResyncCommand.Keys("public.s", List.of(List.of("1"))));
    try (Fixture.Running running = fixture.ingest()) {
      assertThat(running.failure()).isNull();
    }
    fixture.awaitDone("t", 2);
    fixture.awaitDone("s", 1);
    assertThat(fixture.ends("t")).hasSize(6).containsEntry("1", "{a=again, b=b1, id=1}");
    assertThat(fixture.progress().control()).isEqualTo(2);
  }

  @Test
  void aSnapshotThatIsNotWantedHasItsEndAllTheSame() throws Exception {
    fixture.snapshot(SnapshotMode.NEVER);
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (7)", "CREATE TABLE s (id int PRIMARY KEY)");
      fixture.awaitRows("t", 1);
      fixture.awaitDone("s", 1);
    }
    fixture.snapshot(SnapshotMode.INITIAL);
    assertThat(fixture.topic("t").kinds()).containsExactly("snapshot-end", "change");
    assertThat(fixture.topic("s").kinds()).containsExactly("snapshot-end");
  }
}
