package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who reads late, a partition or a whole sink, while tables are altered and truncated. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FarBehindTest {
  private static final int HELD = 2;

  private final TrialGround ground = TrialGround.open();

  @AfterAll
  void stop() {
    ground.close();
  }

  private static Trial.Setup spread(Trial.Setup direct) {
    return direct.with(
        direct
            .shape()
            .streaming("  - { table: public.* }\n  - { table: public.spread, partitions: 4 }")
            .with(
                "spread",
                "CREATE TABLE spread (id int PRIMARY KEY, n int, gone text, big text);"
                    + "ALTER TABLE spread ALTER big SET STORAGE EXTERNAL;"
                    + "ALTER TABLE spread REPLICA IDENTITY FULL;"
                    + "INSERT INTO spread SELECT i, i, 'g' || i, repeat(md5(i::text), 100)"
                    + " FROM generate_series(1, 200) i"));
  }

  @Test
  void aPartitionIsFarBehindWhileItsTableIsAlteredAndTruncated() throws Exception {
    ground.ask(
        FarBehindTest::spread,
        trial -> {
          trial.start("ingest", "");
          trial.start("sink", "");
          trial.awaitTables();
          trial.await("spread is copied", () -> count(trial, "true") == 200);
          TopicPartition late = new TopicPartition(trial.setup().name() + ".public.spread", HELD);
          int there = count(trial, "_rb_partition = " + HELD);
          assertThat(there).isPositive();
          try (HeldPartition _ = HeldPartition.hold(trial.setup().bootstrap(), late)) {
            alteredAndTruncated(trial);
            awaitOthers(trial, late);
            assertThat(count(trial, "_rb_partition = " + HELD + " AND id <= 200"))
                .as("rows of before the first truncate, in the partition that is behind")
                .isEqualTo(there);
            trial.start("sink", "");
            widened(trial);
            awaitOthers(trial, late);
          }
          Judgement.ofDestinationsAndOrder(trial);
        });
  }

  private static int count(Trial trial, String where) throws Exception {
    return Integer.parseInt(trial.copy().query("SELECT count(*) FROM spread WHERE " + where));
  }

  private static void awaitOthers(Trial trial, TopicPartition late) {
    Predicate<TopicPartition> others =
        partition -> partition.topic().equals(late.topic()) && !partition.equals(late);
    for (String destination : new String[] {"copy", "warehouse"}) {
      trial.await(
          destination + " has read the other partitions",
          () -> Judgement.hasRead(trial, destination, others));
    }
  }

  private static void alteredAndTruncated(Trial trial) throws Exception {
    trial
        .source()
        .execute(
            "INSERT INTO spread SELECT i, i, 'g', repeat('b', 4000) FROM generate_series(201, 400)"
                + " i",
            "UPDATE spread SET n = n + 1 WHERE id <= 300",
            "UPDATE spread SET id = id + 1000 WHERE id % 7 = 0",
            "ALTER TABLE spread ADD added text",
            "UPDATE spread SET added = 'x' || id WHERE id % 3 = 0",
            "TRUNCATE spread",
            "INSERT INTO spread SELECT i, i, 'h', repeat('c', 4000), 'y' FROM generate_series(1,"
                + " 150) i",
            "ALTER TABLE spread DROP gone",
            "UPDATE spread SET n = -n WHERE id % 2 = 0",
            "UPDATE spread SET id = id + 2000 WHERE id % 11 = 0",
            "ALTER TABLE spread ALTER n TYPE smallint",
            "INSERT INTO spread SELECT i, 3, repeat('d', 3000), 'z' FROM generate_series(300, 420)"
                + " i");
    try (Connection connection = trial.source().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql :
          new String[] {
            "INSERT INTO spread SELECT i, 4, 'small', 'gone' FROM generate_series(3001, 3100) i",
            "TRUNCATE spread",
            "INSERT INTO spread SELECT i, 5, repeat('e', 5000), 'kept' FROM"
                + " generate_series(3051, 3120) i",
            "ALTER TABLE spread ADD late date",
            "INSERT INTO spread SELECT i, 6, repeat('f', 5000), 'kept', '2026-01-01' FROM"
                + " generate_series(1, 90) i",
            "UPDATE spread SET n = 7 WHERE id % 5 = 0",
            "DELETE FROM spread WHERE id % 8 = 0"
          }) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  /** A type that the destinations' do not hold: they wait until somebody has made room. */
  private static void widened(Trial trial) throws Exception {
    trial
        .source()
        .execute(
            "ALTER TABLE spread ALTER n TYPE bigint",
            "UPDATE spread SET n = 5000000000 + id WHERE id % 4 = 0",
            "ALTER TABLE spread ALTER id TYPE bigint",
            "UPDATE spread SET n = 1, added = 'wide' WHERE id % 6 = 0",
            "DELETE FROM spread WHERE id % 9 = 0",
            "ALTER TABLE spread DROP added");
    trial.await("the copy says how it is mended", () -> trial.status().contains("TYPE bigint"));
    trial.copy().execute("ALTER TABLE spread ALTER n TYPE bigint, ALTER id TYPE bigint");
    trial.stop("sink");
    warehouse(trial, "ALTER TABLE public.spread ALTER n TYPE bigint");
    warehouse(trial, "ALTER TABLE public.spread ALTER id TYPE bigint");
    trial.start("sink", "");
  }

  private static void warehouse(Trial trial, String sql) throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
        Statement statement = duckDb.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Trial.Setup shifting(Trial.Setup direct) {
    return direct.with(
        direct
            .shape()
            .with(
                "shifting",
                "CREATE TABLE shifting (id int PRIMARY KEY, v text, n int, gone int);INSERT INTO"
                    + " shifting SELECT i, 'v' || i, i, i FROM generate_series(1, 50) i"));
  }

  @Test
  void aSinkThatWasAwayReadsEachBatchWithTheColumnsOfItsTime() throws Exception {
    ground.ask(
        FarBehindTest::shifting,
        trial -> {
          trial.start("ingest", "");
          trial.start("sink", "");
          trial.awaitTables();
          trial.await(
              "it is copied",
              () -> trial.copy().query("SELECT count(*) FROM shifting").equals("50"));
          trial.stop("sink");
          trial
              .source()
              .execute(
                  "INSERT INTO shifting VALUES (101, 'a', 1, 1)",
                  "ALTER TABLE shifting ADD first text",
                  "INSERT INTO shifting VALUES (102, 'b', 2, 2, 'two')",
                  "UPDATE shifting SET first = 'old' WHERE id <= 10",
                  "ALTER TABLE shifting DROP gone",
                  "INSERT INTO shifting VALUES (103, 'c', 3, 'three')",
                  "ALTER TABLE shifting ADD second int[]",
                  "INSERT INTO shifting VALUES (104, 'd', 4, 'four', '{4,NULL}')",
                  "ALTER TABLE shifting DROP v",
                  "ALTER TABLE shifting ADD v int",
                  "UPDATE shifting SET v = id, second = ARRAY[id]",
                  "ALTER TABLE shifting ALTER n TYPE smallint",
                  "INSERT INTO shifting VALUES (105, 5, 'five', '{5}', 55)",
                  "ALTER TABLE shifting DROP first, ADD third date",
                  "UPDATE shifting SET third = '2026-11-23' WHERE id > 100",
                  "UPDATE shifting SET id = -id WHERE id % 10 = 0");
          trial.start("sink", "");
          Judgement.of(trial);
        });
  }
}
