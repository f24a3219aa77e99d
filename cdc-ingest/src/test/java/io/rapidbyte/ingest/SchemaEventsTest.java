package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DDL is noticed at once and in order, whether rows follow or not. */
class SchemaEventsTest {
  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<SchemaDocument> versions(String table) {
    return CommittedRecords.of(SharedKafka.bootstrap(), fixture.spec().topics().schemas()).stream()
        .map(record -> SchemaDocument.fromJson(record.value()))
        .filter(document -> document.schema().table().table().equals(table))
        .toList();
  }

  private SchemaDocument awaitVersion(String table, int version) {
    Fixture.until(() -> versions(table).stream().anyMatch(d -> d.schema().version() == version));
    return versions(table).stream()
        .filter(d -> d.schema().version() == version)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(SchemaDocument document) {
    return document.schema().columns().stream().map(Column::name).toList();
  }

  @Test
  void aVersionBeginsWhereNoRowFollows() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, a text)", "CREATE TYPE mood AS ENUM ('ok')");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, 'x')", "ALTER TABLE t ADD b int NOT NULL DEFAULT 5");
      assertThat(names(awaitVersion("t", 2))).containsExactly("id", "a", "b");
      fixture.run("ALTER TABLE t RENAME a TO c");
      assertThat(names(awaitVersion("t", 3))).containsExactly("id", "c", "b");
      fixture.run("ALTER TABLE t ALTER c SET NOT NULL");
      assertThat(awaitVersion("t", 4).schema().columns().get(1).nullable()).isFalse();
      fixture.run("ALTER TABLE t ADD m mood");
      awaitVersion("t", 5);
      fixture.run("ALTER TYPE mood ADD VALUE 'better'");
      PgType mood = awaitVersion("t", 6).schema().columns().getLast().type();
      assertThat(((PgType.Enumeration) mood).labels()).containsExactly("ok", "better");
      fixture.run("DROP TYPE mood CASCADE");
      assertThat(names(awaitVersion("t", 7))).containsExactly("id", "c", "b");
      fixture.run("INSERT INTO t VALUES (2, 'y', 6)");
      assertThat(fixture.awaitRows("t", 2).texts())
          .containsExactly("c{a=x, id=1}", "c{b=6, c=y, id=2}");
      TopicRows topic = fixture.topic("t");
      assertThat(topic.kinds())
          .containsExactly(
              "change", "schema", "schema", "schema", "schema", "schema", "schema", "change");
      assertThat(topic.records().getLast().schemaVersion()).isEqualTo(7);
    }
  }

  @Test
  void eachRowIsReadWithTheColumnsOfItsTimeHoweverFarTheCatalogIsAhead() throws Exception {
    fixture.run(
        "CREATE TYPE pair AS (x int)",
        "CREATE TABLE t (id int PRIMARY KEY, p pair)",
        "CREATE TABLE u (id int PRIMARY KEY, a text)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, '(1)')");
      fixture.awaitRows("t", 1);
    }
    // All of this is in the log when the next session begins, and gone from the catalog.
    fixture.run("INSERT INTO t VALUES (2, '(2)')", "ALTER TYPE pair ADD ATTRIBUTE y int");
    fixture.transaction(
        "INSERT INTO t VALUES (3, '(3,3)')",
        "ALTER TABLE t ADD q pair",
        "INSERT INTO t VALUES (4, '(4,4)', '(5,5)')",
        "ALTER TABLE t DROP p");
    fixture.run(
        "CREATE TYPE gone AS ENUM ('a')",
        "ALTER TABLE u ADD g gone",
        "INSERT INTO u VALUES (1, 'x', 'a')",
        "ALTER TABLE u DROP g",
        "DROP TYPE gone",
        "INSERT INTO u VALUES (2, 'y')");
    try (var _ = fixture.ingest().streaming()) {
      fixture.awaitRows("u", 2);
      assertThat(fixture.awaitRows("t", 4).texts())
          .containsExactly(
              "c{id=1, p={\"x\":1}}",
              "c{id=2, p={\"x\":2}}",
              "c{id=3, p={\"x\":3,\"y\":3}}",
              "c{id=4, p={\"x\":4,\"y\":4}, q={\"x\":5,\"y\":5}}");
      assertThat(fixture.topic("u").texts()).containsExactly("c{a=x, g=a, id=1}", "c{a=y, id=2}");
      assertThat(versions("t")).hasSize(4);
    }
  }

  @Test
  void whatIsRolledBackIsNotTold() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.transaction(
          "INSERT INTO t VALUES (1)",
          "SAVEPOINT s",
          "ALTER TABLE t ADD a int",
          "INSERT INTO t VALUES (2, 2)",
          "ROLLBACK TO s",
          "ALTER TABLE t ADD b text",
          "INSERT INTO t VALUES (3, 'x')");
      assertThat(fixture.awaitRows("t", 2).texts()).containsExactly("c{id=1}", "c{b=x, id=3}");
      assertThat(versions("t")).hasSize(2);
    }
  }

  @Test
  void theOwnersDdlNeverFailsForIt() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (var _ = fixture.ingest().streaming()) {
      String odd = "x\"; DROP TABLE t; --";
      String quoted = "\"" + odd.replace("\"", "\"\"") + "\"";
      fixture.run(
          "CREATE SCHEMA hostile",
          "CREATE TABLE hostile.pg_class (oid int, relname text)",
          "CREATE FUNCTION hostile.pg_logical_emit_message(boolean, text, bytea) RETURNS int"
              + " LANGUAGE sql AS 'SELECT 1/0'",
          "CREATE TABLE %s (%s int PRIMARY KEY)".formatted(quoted, quoted));
      fixture.transaction(
          "SET LOCAL search_path = hostile, public, pg_catalog",
          "ALTER TABLE t ADD %s text".formatted(quoted));
      assertThat(names(awaitVersion("t", 2))).containsExactly("id", odd);
      // Even where nothing may be written into the log.
      fixture.run(
          "DO 'DECLARE f regprocedure; BEGIN FOR f IN SELECT oid FROM pg_proc WHERE proname ="
              + " ''pg_logical_emit_message'' LOOP EXECUTE format(''REVOKE EXECUTE ON FUNCTION %s"
              + " FROM PUBLIC'', f); END LOOP; END'",
          "CREATE ROLE quiet_owner",
          "GRANT ALL ON SCHEMA public TO quiet_owner",
          "ALTER TABLE t OWNER TO quiet_owner");
      fixture.transaction("SET LOCAL ROLE quiet_owner", "ALTER TABLE t ADD quiet int");
      fixture.run(
          "INSERT INTO t VALUES (1, 'x', 2)", "REASSIGN OWNED BY quiet_owner TO CURRENT_USER");
      fixture.run("DROP OWNED BY quiet_owner", "DROP ROLE quiet_owner");
      assertThat(fixture.awaitRows("t", 1).texts().getFirst()).contains("quiet=2");
    }
  }

  @Test
  @Tag("chaos")
  void costsLittleInADatabaseOfManyTables() throws Exception {
    fixture.run(
        "CREATE TYPE mood AS ENUM ('a')",
        "CREATE TABLE t (id int PRIMARY KEY, m mood)",
        "CREATE SCHEMA many",
        "DO 'BEGIN FOR i IN 1..1000 LOOP EXECUTE format(''CREATE TABLE many.t%s (id int PRIMARY"
            + " KEY, a text, b int[], c numeric(10, 2))'', i); END LOOP; END'");
    fixture.streams(Fixture.stream("public.t"));
    try (var _ = fixture.ingest().streaming()) {
      long began = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        fixture.run(
            "ALTER TYPE mood ADD VALUE 'v%d'".formatted(i),
            "ALTER TABLE t ADD c%d int".formatted(i));
      }
      assertThat(java.time.Duration.ofNanos(System.nanoTime() - began))
          .isLessThan(java.time.Duration.ofSeconds(8));
    }
  }

  @Test
  @Tag("chaos")
  void offRemovesWhatAutoInstalled() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    String present = "SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'rapidbyte%'";
    try (var _ = fixture.ingest().streaming()) {
      assertThat(fixture.value(present)).isEqualTo("3");
    }
    fixture.schemaEvents(SchemaEvents.OFF);
    try (var _ = fixture.ingest().streaming()) {
      assertThat(fixture.value(present)).isEqualTo("0");
      fixture.run("ALTER TABLE t ADD a int", "INSERT INTO t VALUES (1, 2)");
      assertThat(fixture.awaitRows("t", 1).texts()).containsExactly("c{a=2, id=1}");
    }
  }
}
