package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.PGConnection;

/** What each thing that SQL can do to a table is in its topic, on one version of Postgres. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperationsContract {
  private final PostgresVersion version;
  private final SourceSpec.Engine engine;
  private EmbeddedPostgres server;
  private Fixture fixture;
  private Fixture.Running ingest;

  OperationsContract(PostgresVersion version) {
    this(version, SourceSpec.Engine.NATIVE);
  }

  @SuppressWarnings("NullAway.Init")
  OperationsContract(PostgresVersion version, SourceSpec.Engine engine) {
    this.version = version;
    this.engine = engine;
  }

  /** One ingest for all; a table of their own for each. */
  @BeforeAll
  void start() throws Exception {
    server =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.defaults()
                .version(version)
                .with("max_prepared_transactions", "5"));
    fixture = new Fixture(TestDatabase.create(server, "ops")).engine(engine);
    fixture.streams(Fixture.stream("public.op_*"));
    for (String table : List.of("sub", "prepared", "other")) {
      fixture.run("CREATE TABLE op_%s (id int PRIMARY KEY, v text)".formatted(table));
    }
    for (String table : List.of("swap", "toast")) {
      fixture.run(
          "CREATE TABLE op_%s (id int PRIMARY KEY, v text, big text)".formatted(table),
          "ALTER TABLE op_%s ALTER big SET STORAGE EXTERNAL".formatted(table));
    }
    String virtual = ", thrice int GENERATED ALWAYS AS (n * 3) VIRTUAL";
    fixture.run(
        "INSERT INTO op_swap SELECT g, 'v' || g, repeat('b', 9000) FROM generate_series(1, 2) g",
        "CREATE TABLE op_parent (id int PRIMARY KEY)",
        "CREATE TABLE op_child (id serial PRIMARY KEY, parent int REFERENCES op_parent)",
        "CREATE TABLE op_merge (id int PRIMARY KEY, v text)",
        "CREATE TABLE op_parted (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE part_low PARTITION OF op_parted FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE part_apart (id int PRIMARY KEY, v text)",
        "CREATE TABLE op_named (id int PRIMARY KEY)",
        "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
        "CREATE TYPE mood AS ENUM ('low')",
        "CREATE TABLE op_mood (id int PRIMARY KEY, m mood, a mood[])",
        "CREATE TABLE op_computed (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int, twice"
            + " int"
            + " GENERATED ALWAYS AS (n * 2) STORED%s)".formatted(modern() ? virtual : ""),
        "CREATE TABLE op_identity (id int PRIMARY KEY, code text NOT NULL UNIQUE, n int)",
        "CREATE TABLE op_base (id int PRIMARY KEY)",
        "CREATE TABLE op_special (v text, PRIMARY KEY (id)) INHERITS (op_base)");
    ingest = fixture.ingest().streaming();
  }

  /** PostgreSQL 18 publishes stored generated columns and has virtual ones. */
  private boolean modern() {
    return version.major() >= 18;
  }

  @AfterAll
  void stop() {
    ingest.close();
    fixture.close();
    server.close();
  }

  @Test
  void whatASubtransactionTookBackNeverHappened() throws Exception {
    fixture.transaction(
        "INSERT INTO op_sub VALUES (1, 'a')",
        "SAVEPOINT one",
        "INSERT INTO op_sub VALUES (2, 'gone')",
        "UPDATE op_sub SET v = 'gone' WHERE id = 1",
        "SAVEPOINT two",
        "DELETE FROM op_sub",
        "ROLLBACK TO one",
        "SAVEPOINT three",
        "INSERT INTO op_sub VALUES (3, 'c')",
        "RELEASE three",
        "DO 'BEGIN INSERT INTO op_sub VALUES (4); INSERT INTO op_sub VALUES (4);"
            + " EXCEPTION WHEN unique_violation THEN INSERT INTO op_sub VALUES (5); END'");
    fixture.transaction("INSERT INTO op_sub VALUES (6)", "SAVEPOINT s", "ROLLBACK TO s");
    TopicRows topic = fixture.awaitRows("op_sub", 4);
    assertThat(topic.texts()).containsExactly("c{id=1, v=a}", "c{id=3, v=c}", "c{id=5}", "c{id=6}");
    assertThat(topic.rows().subList(0, 3).stream().map(r -> r.value("_rb_ordinal")))
        .containsExactly(0, 1, 2);
  }

  @Test
  void aPreparedTransactionComesWhenItIsCommitted() throws Exception {
    try (Connection one = fixture.database.connect();
        var statement = one.createStatement()) {
      for (String each : List.of("kept", "dropped")) {
        statement.execute("BEGIN");
        statement.execute("INSERT INTO op_prepared VALUES (%d)".formatted(each.length()));
        statement.execute("PREPARE TRANSACTION '%s'".formatted(each));
      }
      statement.execute("INSERT INTO op_prepared VALUES (100)");
      assertThat(fixture.awaitRows("op_prepared", 1).texts()).containsExactly("c{id=100}");
      statement.execute("ROLLBACK PREPARED 'dropped'");
      statement.execute("COMMIT PREPARED 'kept'");
      statement.execute("INSERT INTO op_prepared VALUES (101)");
    }
    assertThat(fixture.awaitRows("op_prepared", 3).texts())
        .containsExactly("c{id=100}", "c{id=4}", "c{id=101}");
  }

  @Test
  void aPreparedTransactionMayOutliveAnIngestAndHoldDdl() throws Exception {
    try (Fixture own = new Fixture(TestDatabase.create(server, "prepared")).engine(engine);
        Connection one = own.database.connect();
        var statement = one.createStatement()) {
      own.run("CREATE TABLE t (id int PRIMARY KEY)");
      try (var _ = own.ingest().streaming()) {
        statement.execute("BEGIN");
        statement.execute("INSERT INTO t VALUES (1)");
        statement.execute("ALTER TABLE t ADD v text");
        statement.execute("INSERT INTO t VALUES (2, 'x')");
        statement.execute("PREPARE TRANSACTION 'alter'");
      }
      statement.execute("COMMIT PREPARED 'alter'");
      try (var _ = own.ingest().streaming()) {
        TopicRows topic = own.awaitRows("t", 2);
        assertThat(topic.texts()).containsExactly("c{id=1}", "c{id=2, v=x}");
        assertThat(topic.kinds()).containsExactly("change", "schema", "change");
      }
    }
  }

  @Test
  void aTruncateThatCascadesIsOneRecordATable() throws Exception {
    fixture.transaction(
        "INSERT INTO op_parent VALUES (1)",
        "INSERT INTO op_child (parent) VALUES (1)",
        "TRUNCATE op_parent, op_other RESTART IDENTITY CASCADE",
        "INSERT INTO op_parent VALUES (2)",
        "INSERT INTO op_child (parent) VALUES (2)");
    assertThat(fixture.awaitRows("op_child", 2).texts())
        .containsExactly("c{id=1, parent=1}", "c{id=1, parent=2}");
    assertThat(fixture.topic("op_child").kinds()).containsExactly("change", "truncate", "change");
    assertThat(fixture.topic("op_parent").kinds()).containsExactly("change", "truncate", "change");
    assertThat(fixture.topic("op_other").kinds()).containsExactly("truncate");
    assertThat(fixture.topic("op_child").rows().getLast().value("_rb_ordinal")).isEqualTo(6);
  }

  @Test
  void copyOnConflictAndMergeAreTheRowsThatTheyChange() throws Exception {
    try (Connection sql = fixture.database.connect()) {
      sql.unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY op_merge FROM STDIN", new StringReader("1\ta\n2\t\\N\n"));
    }
    fixture.run(
        "INSERT INTO op_merge VALUES (1, 'x'), (3, 'c') ON CONFLICT (id) DO UPDATE SET v ="
            + " EXCLUDED.v",
        "INSERT INTO op_merge VALUES (1, 'never') ON CONFLICT DO NOTHING",
        "UPDATE op_merge SET v = 'never' WHERE false",
        "SELECT * FROM op_merge FOR UPDATE");
    assertThat(fixture.awaitRows("op_merge", 4).texts())
        .containsExactly("c{id=1, v=a}", "c{id=2}", "u{id=1, v=x}", "c{id=3, v=c}");
    assumeTrue(version.major() >= 15, "MERGE came with PostgreSQL 15");
    fixture.run(
        "MERGE INTO op_merge t USING (VALUES (1, NULL), (2, 'm'), (4, 'd')) s(id, v) ON s.id = t.id"
            + " WHEN MATCHED AND s.v IS NULL THEN DELETE"
            + " WHEN MATCHED THEN UPDATE SET v = s.v"
            + " WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)");
    assertThat(fixture.awaitRows("op_merge", 7).texts().subList(4, 7))
        .containsExactlyInAnyOrder("d{id=1}", "u{id=2, v=m}", "c{id=4, v=d}");
  }

  @Test
  void keysChangePlacesInOneTransaction() throws Exception {
    fixture.transaction(
        "UPDATE op_swap SET id = -1 WHERE id = 1",
        "UPDATE op_swap SET id = 1 WHERE id = 2",
        "UPDATE op_swap SET id = 2 WHERE id = -1");
    TopicRows topic = fixture.awaitRows("op_swap", 6);
    assertThat(topic.texts())
        .containsExactly(
            "d{id=1}",
            "c{_rb_before={\"id\":1}, _rb_unchanged=[2], id=-1, v=v1}",
            "d{id=2}",
            "c{_rb_before={\"id\":2}, _rb_unchanged=[2], id=1, v=v2}",
            "d{id=-1}",
            "c{_rb_before={\"id\":-1}, _rb_unchanged=[2], id=2, v=v1}");
    assertThat(topic.rows().stream().map(r -> r.value("_rb_ordinal")))
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aRowOfTheSameBatchIsUpdatedWithoutItsLargeValue() throws Exception {
    fixture.transaction(
        "INSERT INTO op_toast VALUES (1, 1, repeat('b', 9000))",
        "UPDATE op_toast SET v = 2",
        "UPDATE op_toast SET id = 2");
    TopicRows topic = fixture.awaitRows("op_toast", 4);
    assertThat(topic.texts().subList(1, 4))
        .containsExactly(
            "u{_rb_unchanged=[2], id=1, v=2}",
            "d{id=1}",
            "c{_rb_before={\"id\":1}, _rb_unchanged=[2], id=2, v=2}");
    assertThat(topic.records()).hasSize(1);
  }

  @Test
  void partitionsComeAndGoUnderTheirRoot() throws Exception {
    fixture.run(
        "INSERT INTO op_parted VALUES (1, 'a')",
        "CREATE TABLE part_high PARTITION OF op_parted FOR VALUES FROM (100) TO (200)",
        "INSERT INTO part_high VALUES (101, 'b')",
        "UPDATE op_parted SET id = 102 WHERE id = 1",
        "ALTER TABLE op_parted ATTACH PARTITION part_apart FOR VALUES FROM (200) TO (300)",
        "INSERT INTO part_apart VALUES (201, 'c')",
        "ALTER TABLE op_parted ADD w int",
        "INSERT INTO op_parted VALUES (202, 'd', 4)",
        "ALTER TABLE op_parted DETACH PARTITION part_high",
        "INSERT INTO part_high VALUES (103, 'unseen', 5)",
        "DELETE FROM op_parted WHERE id = 201");
    List<String> expected =
        new ArrayList<>(
            List.of(
                "c{id=1, v=a}",
                "c{id=101, v=b}",
                "d{id=1}",
                "c{id=102, v=a}",
                "c{id=201, v=c}",
                "c{id=202, v=d, w=4}",
                "d{id=201}"));
    if (version == PostgresVersion.V14) {
      // Its walsender remembers a partition's root, whatever becomes of the partition.
      expected.add(6, "c{id=103, v=unseen, w=5}");
    }
    assertThat(fixture.awaitRows("op_parted", expected.size()).texts()).isEqualTo(expected);
  }

  @Test
  void unloggedAndTemporaryTablesAreNotStreamedUntilTheyAreLogged() throws Exception {
    fixture.transaction(
        "CREATE TEMPORARY TABLE op_named (id int PRIMARY KEY, other text)",
        "INSERT INTO op_named VALUES (1, 'temporary')",
        "INSERT INTO unlogged VALUES (1)",
        "INSERT INTO public.op_named VALUES (2)",
        "DROP TABLE pg_temp.op_named");
    assertThat(fixture.awaitRows("op_named", 1).texts()).containsExactly("c{id=2}");
    fixture.transaction(
        "ALTER TABLE unlogged SET LOGGED", "ALTER TABLE unlogged RENAME TO op_logged");
    fixture.awaitDone("op_logged", 1);
    fixture.run("INSERT INTO op_logged VALUES (2)");
    assertThat(fixture.awaitRows("op_logged", 1).texts()).containsExactly("c{id=2}");
  }

  @Test
  void labelsComeWhileValuesDo() throws Exception {
    fixture.run(
        "INSERT INTO op_mood VALUES (1, 'low', '{low}')",
        "ALTER TYPE mood ADD VALUE 'high'",
        "INSERT INTO op_mood VALUES (2, 'high', '{high,low}')",
        "ALTER TYPE mood RENAME VALUE 'low' TO 'flat'",
        "INSERT INTO op_mood VALUES (3, 'flat', '{flat}')");
    assertThat(fixture.awaitRows("op_mood", 3).texts())
        .containsExactly(
            "c{a=[low], id=1, m=low}",
            "c{a=[high, low], id=2, m=high}",
            "c{a=[flat], id=3, m=flat}");
  }

  @Test
  void generatedAndIdentityColumnsAreWhatTheLogHasOfThem() throws Exception {
    fixture.run(
        "INSERT INTO op_computed (n) VALUES (1)",
        "UPDATE op_computed SET n = 2",
        "ALTER TABLE op_computed ADD tenfold int GENERATED ALWAYS AS (n * 10) STORED, ADD late int",
        "INSERT INTO op_computed (n, late) VALUES (3, 4)");
    assertThat(fixture.awaitRows("op_computed", 3).texts())
        .containsExactly(
            modern() ? "c{id=1, n=1, twice=2}" : "c{id=1, n=1}",
            modern() ? "u{id=1, n=2, twice=4}" : "u{id=1, n=2}",
            modern() ? "c{id=2, late=4, n=3, tenfold=30, twice=6}" : "c{id=2, late=4, n=3}");
  }

  @Test
  void theIdentityChangesBetweenRows() throws Exception {
    fixture.run(
        "INSERT INTO op_identity VALUES (1, 'a', 1)",
        "UPDATE op_identity SET n = 2",
        "ALTER TABLE op_identity REPLICA IDENTITY FULL",
        "UPDATE op_identity SET n = 3",
        "ALTER TABLE op_identity REPLICA IDENTITY DEFAULT",
        "DELETE FROM op_identity");
    List<TopicRows.Row> rows = fixture.awaitRows("op_identity", 4).rows();
    assertThat(rows.stream().map(TopicRows.Row::op)).containsExactly("c", "u", "u", "d");
    assertThat(rows.get(1).values()).doesNotContainKey("_rb_before");
    assertThat(rows.get(2).value("_rb_before").toString()).contains("\"n\":2");
  }

  @Test
  void childrenByInheritanceAreTablesOfTheirOwn() throws Exception {
    fixture.run(
        "INSERT INTO op_base VALUES (1)",
        "INSERT INTO op_special VALUES (2, 'x')",
        "ALTER TABLE op_base ADD w int",
        "INSERT INTO op_special (id, v, w) VALUES (3, 'y', 4)",
        "DELETE FROM op_base");
    assertThat(fixture.awaitRows("op_special", 4).texts())
        .containsExactly("c{id=2, v=x}", "c{id=3, v=y, w=4}", "d{id=2}", "d{id=3}");
    assertThat(fixture.awaitRows("op_base", 2).texts()).containsExactly("c{id=1}", "d{id=1}");
  }
}
