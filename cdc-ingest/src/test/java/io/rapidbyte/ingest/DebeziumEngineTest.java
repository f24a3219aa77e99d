package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Preflight;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.SourceSpec.Engine;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DebeziumEngineTest {
  private final Fixture fixture = new Fixture().engine(Engine.DEBEZIUM);

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<Finding> refused() {
    return Preflight.check(fixture.spec()).stream().filter(Finding::isFailure).toList();
  }

  @Test
  void whatDebeziumDoesNotTellAsItIsIsRefusedBeforeTheStart() throws Exception {
    fixture.run(
        "CREATE DOMAIN wage AS money",
        "CREATE TABLE t (id int PRIMARY KEY, i interval, z timetz, w wage, a interval[], n int)",
        "CREATE TABLE s (id int PRIMARY KEY, \"ID\" int, \"'q'\" int)");
    assertThat(refused().stream().map(f -> f.code() + " " + f.message()))
        .containsExactlyInAnyOrder(
            "source/debezium-type Debezium does not tell public.t.i as it is: an infinite interval"
                + " becomes zero, one of many hours stops it",
            "source/debezium-type Debezium does not tell public.t.z as it is: a time with time"
                + " zone is moved to UTC",
            "source/debezium-type Debezium does not tell public.t.w as it is: of money it keeps"
                + " the number alone",
            "source/debezium-name Debezium takes columns id and ID of public.s for one",
            "source/debezium-name Debezium takes the quotes of column 'q' of public.s for SQL's");
    assertThat(refused()).allMatch(f -> f.mend().contains("engine: native"));
    StreamSpec some =
        new StreamSpec(
            "public.t",
            List.of(),
            List.of(
                new StreamSpec.ColumnSpec("id", null),
                new StreamSpec.ColumnSpec("a", null),
                new StreamSpec.ColumnSpec("n", null)),
            null,
            null,
            null,
            null,
            null);
    fixture.streams(some);
    assertThat(refused()).isEmpty();
    fixture.streams(Fixture.stream("public.*")).engine(Engine.NATIVE);
    assertThat(refused()).isEmpty();
  }

  @Test
  void aDatabaseAndNamesThatDebeziumMistakesAreRefused() throws Exception {
    fixture.run(
        "CREATE SCHEMA one",
        "CREATE SCHEMA two",
        "CREATE TYPE one.kind AS ENUM ('a')",
        "CREATE DOMAIN two.kind AS int",
        "CREATE DOMAIN two.feeling AS one.kind",
        "CREATE TABLE t (id int PRIMARY KEY, k one.kind)",
        "CREATE TABLE one.t (id int PRIMARY KEY, k one.kind)");
    fixture.streams(Fixture.stream("public.t"), Fixture.stream("one.t"));
    assertThat(refused().stream().map(Finding::message))
        .containsExactly(
            "Debezium does not start in a database that has two.feeling, a domain over an enum",
            "Debezium may take the type of public.t.k for another of that name");
  }

  @Test
  void aColumnThatItCannotTellStopsItWhereItComes() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (var running = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1)",
          "ALTER TABLE t ADD i interval",
          "INSERT INTO t VALUES (2, 'infinity')");
      assertThat(running.failure())
          .isInstanceOfSatisfying(
              RapidbyteException.class,
              e -> assertThat(e.error().code()).isEqualTo("source/debezium-type"));
    }
    try (var _ = fixture.engine(Engine.NATIVE).ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (3)");
      assertThat(fixture.awaitRows("t", 3).rows().stream().map(r -> r.value("id")))
          .containsExactly(1, 2, 3);
    }
  }

  @Test
  void enginesTakeTurnsWithoutARowLostOrTwice() throws Exception {
    fixture.snapshot(SnapshotMode.INITIAL);
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, f float8, at timestamptz)",
        "INSERT INTO t VALUES (0, 'NaN', 'infinity')");
    for (int round = 0; round < 2; round++) {
      int from = 1 + round * 100;
      fixture.engine(round % 2 == 0 ? Engine.DEBEZIUM : Engine.NATIVE);
      try (var _ = fixture.ingest().streaming()) {
        fixture.run(insert(from));
        fixture.awaitRows("t", from + 50);
      }
      fixture.run(insert(from + 50));
    }
    try (var _ = fixture.engine(Engine.DEBEZIUM).ingest().streaming()) {
      TopicRows topic = fixture.awaitRows("t", 201);
      assertThat(topic.positions()).doesNotHaveDuplicates();
      assertThat(topic.rows().stream().map(r -> r.value("id")))
          .isEqualTo(IntStream.rangeClosed(0, 200).boxed().toList());
    }
  }

  private static String insert(int from) {
    return "INSERT INTO t SELECT g, g / 3.0, '2026-11-22 12:00:00.5+02'::timestamptz + g * '1 s'"
        + "::interval FROM generate_series(%d, %d) g".formatted(from, from + 49);
  }

  /** Chunk and log must have the same text for a key, or a chunk would bring an older row. */
  @Test
  void aTableIsCopiedAgainWhileItsRowsChange() throws Exception {
    fixture.snapshot(SnapshotMode.INITIAL);
    fixture.run(
        "CREATE TABLE t (id int, at timestamptz, f float8, v text, PRIMARY KEY (id, at, f))",
        "INSERT INTO t SELECT g, '2026-11-22 12:00:00.5+02'::timestamptz + g * interval '1 ms',"
            + " g / 3.0, 'v' FROM generate_series(1, 2000) g");
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitDone("t", 1);
      fixture.command(new ResyncCommand.Streams(List.of("public.t")));
      for (int i = 0; fixture.generation("t") < 2 || i < 20; i++) {
        fixture.run(
            "UPDATE t SET v = v || 'u' WHERE id %% 7 = %d".formatted(i % 7),
            "DELETE FROM t WHERE id = " + (1990 - i));
      }
      fixture.awaitDone("t", 2);
      fixture.run("INSERT INTO t VALUES (0, now(), 0, 'last')");
      Map<String, String> table = new TreeMap<>();
      String rows = fixture.value("SELECT string_agg(id || '=' || v, ' ') FROM t");
      for (StringTokenizer each = new StringTokenizer(rows, " ="); each.hasMoreTokens(); ) {
        table.put(each.nextToken(), each.nextToken());
      }
      Fixture.until(() -> newest().containsKey("0"));
      assertThat(newest()).isEqualTo(table);
    }
  }

  private Map<String, String> newest() {
    Map<String, String> newest = new TreeMap<>();
    for (TopicRows.Row row : fixture.topic("t").rows()) {
      String id = row.value("id").toString();
      if (row.op().equals("d")) {
        newest.remove(id);
      } else if (row.record().generation() == 2) {
        newest.put(id, row.value("v").toString());
      }
    }
    return newest;
  }

  @Test
  void slotAndPublicationStayAsTheyAre() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
    fixture.streams(Fixture.stream("public.t"));
    String before;
    try (var _ = fixture.ingest().streaming()) {
      before = fixture.value(OBJECTS);
      fixture.run("INSERT INTO other VALUES (1)", "INSERT INTO t VALUES (1)");
      fixture.awaitRows("t", 1);
      assertThat(fixture.value(OBJECTS)).isEqualTo(before);
    }
    assertThat(fixture.value(OBJECTS)).isEqualTo(before);
    Lsn confirmed =
        Lsn.parse(
            fixture.value(
                "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '%s'"
                    .formatted(fixture.slot())));
    assertThat(confirmed.isAfter(fixture.progress().last().end())).isFalse();
  }

  private static final String OBJECTS =
      """
      SELECT (SELECT string_agg(slot_name || plugin, ',' ORDER BY slot_name)
              FROM pg_replication_slots WHERE database = current_database())
          || (SELECT string_agg(pubname || oid || pubinsert || pubtruncate, ',' ORDER BY pubname)
              FROM pg_publication)
          || (SELECT string_agg(prrelid::regclass::text, ',' ORDER BY prrelid)
              FROM pg_publication_rel)\
      """;
}
