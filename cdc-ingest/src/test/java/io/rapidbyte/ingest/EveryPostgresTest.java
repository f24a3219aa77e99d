package io.rapidbyte.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold on every version of Postgres, end to end. */
class EveryPostgresTest {
  private static final String CANARY = "canary-6b1d";
  private static final List<String> CONDITIONS = List.of("", "id > 0", "status <> 'draft'");

  /** A table of the matrix. */
  private record Case(String name, String identity, String where, boolean columns) {
    List<String> ddl() {
      boolean index = identity.equals("USING INDEX");
      return List.of(
          "CREATE TABLE %s (id int PRIMARY KEY, code text NOT NULL, status text, secret text)"
              .formatted(name),
          "CREATE UNIQUE INDEX %s_code ON %s (code)".formatted(name, name),
          "ALTER TABLE %s REPLICA IDENTITY %s%s"
              .formatted(name, identity, index ? " " + name + "_code" : ""),
          "INSERT INTO %s SELECT i, 'c' || i, 'new', '%s' FROM generate_series(1, 5) i"
              .formatted(name, CANARY));
    }

    StreamSpec spec() {
      List<StreamSpec.ColumnSpec> chosen =
          Stream.of("id", "code", "status")
              .map(column -> new StreamSpec.ColumnSpec(column, null))
              .toList();
      return new StreamSpec(
          "public." + name,
          List.of(),
          columns ? chosen : null,
          where.isEmpty() ? null : where,
          null,
          null,
          null,
          identity.equals("NOTHING") ? WriteMode.APPEND : null);
    }

    /** What the application does to it. */
    List<String> changes() {
      return List.of(
          "INSERT INTO %s VALUES (6, 'c6', 'draft', '%s'), (7, 'c7', 'new', '%s')"
              .formatted(name, CANARY, CANARY),
          "UPDATE %s SET status = 'draft' WHERE id = 1".formatted(name),
          "UPDATE %s SET secret = secret || '!' WHERE id = 2".formatted(name),
          "UPDATE %s SET id = 30, code = 'c30' WHERE id = 3".formatted(name),
          "DELETE FROM %s WHERE id = 4".formatted(name));
    }
  }

  private static List<Case> matrix() {
    List<Case> all = new ArrayList<>();
    for (String identity : List.of("DEFAULT", "FULL", "USING INDEX", "NOTHING")) {
      for (String where : CONDITIONS) {
        for (boolean columns : List.of(false, true)) {
          all.add(new Case("t" + all.size(), identity, where, columns));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = "V14")
  void theApplicationsChangesSucceedAndExcludedColumnsStayAtHome(PostgresVersion version)
      throws Exception {
    excluded(version);
  }

  @ParameterizedTest
  @Tag("chaos")
  @EnumSource(names = {"V15", "V16", "V17", "V18"})
  void theSameOnOtherVersions(PostgresVersion version) throws Exception {
    excluded(version);
  }

  private static void excluded(PostgresVersion version) throws Exception {
    List<Case> matrix = matrix();
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(
                EmbeddedPostgres.Options.defaults().version(version).with("log_statement", "all"));
        Fixture fixture = new Fixture(TestDatabase.create(server, "shop"))) {
      for (Case each : matrix) {
        fixture.run(each.ddl().toArray(String[]::new));
      }
      fixture.snapshot(SnapshotMode.INITIAL);
      fixture.streams(matrix.stream().map(Case::spec).toArray(StreamSpec[]::new));
      try (var _ = fixture.ingest().streaming()) {
        for (Case each : matrix) {
          fixture.run(each.changes().toArray(String[]::new));
        }
        // Five of the copy, the new one, and what became of the updated, moved and deleted ones.
        for (Case each : matrix) {
          fixture.awaitRows(each.name(), each.identity().equals("NOTHING") ? 6 : 9);
          assertThat(bytes(fixture, each.name()).contains(CANARY))
              .as("%s, in the topic", each)
              .isEqualTo(!each.columns());
        }
      }
      List<String> copies =
          Files.readAllLines(server.dataDirectory().resolve("server.log")).stream()
              .filter(line -> line.contains("COPY "))
              .toList();
      for (Case each : matrix) {
        assertThat(copies.stream().filter(line -> line.contains("\"" + each.name() + "\"")))
            .isNotEmpty()
            .allMatch(line -> line.contains("\"secret\"") != each.columns(), each.toString());
      }
    }
  }

  private static String bytes(Fixture fixture, String table) {
    StringBuilder all = new StringBuilder();
    String topic = fixture.spec().topics().stream(new TableName("public", table));
    CommittedRecords.of(SharedKafka.bootstrap(), topic)
        .forEach(record -> all.append(new String(record.value(), UTF_8)));
    return all.toString();
  }

  @ParameterizedTest
  @EnumSource(names = "V14")
  void changesOfEveryKindArriveInBinaryAndInTextSessions(PostgresVersion version) throws Exception {
    changes(version, false);
    changes(version, true);
  }

  @ParameterizedTest
  @Tag("chaos")
  @EnumSource(names = {"V15", "V16", "V17", "V18"})
  void soTheyDoOnOtherVersions(PostgresVersion version) throws Exception {
    changes(version, false);
    changes(version, true);
  }

  /** A type without a binary form makes Postgres refuse a binary session. */
  private static void changes(PostgresVersion version, boolean text) throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(EmbeddedPostgres.Options.defaults().version(version));
        Fixture fixture = new Fixture(TestDatabase.create(server, "shop"))) {
      fixture.run(
          "CREATE TABLE t (id int PRIMARY KEY, n numeric(8,2), big text, at timestamptz, tags"
              + " int[])",
          "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
          "INSERT INTO t VALUES (0, 0, 'copied', '2020-02-29 12:00+00', '{1,NULL}')",
          "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
          "CREATE TABLE p_low PARTITION OF p FOR VALUES FROM (0) TO (100)");
      if (text) {
        fixture.run("CREATE TABLE odd (id int PRIMARY KEY, granted aclitem)");
      }
      fixture.snapshot(SnapshotMode.INITIAL);
      try (var _ = fixture.ingest().streaming()) {
        if (text) {
          fixture.run("INSERT INTO odd VALUES (1, 'postgres=r/postgres')");
          assertThat(fixture.awaitRows("odd", 1).texts().getFirst())
              .contains("postgres=r/postgres");
        }
        fixture.run(
            "INSERT INTO t VALUES (1, 1.5, repeat('x', 9000), '2021-01-01 00:00+00', '{2}')",
            "UPDATE t SET n = 2 WHERE id = 1",
            "UPDATE t SET id = 2 WHERE id = 1",
            "INSERT INTO p VALUES (1, 'through the root')",
            "DELETE FROM t WHERE id = 0");
        fixture.transaction(
            "INSERT INTO t (id) VALUES (3)",
            "ALTER TABLE t ADD more int",
            "INSERT INTO t (id, more) VALUES (4, 5)");
        fixture.run("TRUNCATE t");
        assertThat(fixture.awaitRows("p", 1).texts())
            .containsExactly("c{id=1, v=through the root}");
        TopicRows topic = fixture.awaitRows("t", 8);
        Fixture.until(() -> fixture.topic("t").kinds().getLast().equals("truncate"));
        assertThat(topic.rows().stream().map(TopicRows.Row::op))
            .containsExactly("r", "c", "u", "d", "c", "d", "c", "c");
        assertThat(topic.texts().get(2)).contains("_rb_unchanged=[2]", "n=2.00");
        assertThat(topic.texts().getLast()).isEqualTo("c{id=4, more=5}");
        assertThat(topic.positions()).doesNotHaveDuplicates();
      }
    }
  }
}
