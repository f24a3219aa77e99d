package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.oracle.DeadLetters;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Large values that did not change are not in the log. Wherever a row comes without them, the
 * destinations hold the right ones, or the row is a dead letter; never NULL, never an older value.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnchangedTest {
  private final TrialGround ground = TrialGround.open();

  @AfterAll
  void stop() {
    ground.close();
  }

  /** A table of large values, and ten rows. */
  private static Trial.Shape with(Trial.Shape shape, String table, String... more) {
    return shape.with(
        table,
        "CREATE TABLE %1$s (id int PRIMARY KEY, n int, open boolean, big text, raw bytea);"
                .formatted(table)
            + "ALTER TABLE %1$s ALTER big SET STORAGE EXTERNAL, ALTER raw SET STORAGE EXTERNAL;"
                .formatted(table)
            + String.join(";", more)
            + "; INSERT INTO "
            + table
            + " SELECT i, i, i > 5, repeat(md5(i::text), 100), convert_to(repeat(md5((-i)::text),"
            + " 90), 'UTF8') FROM generate_series(1, 10) i");
  }

  private static String full(String table) {
    return "ALTER TABLE " + table + " REPLICA IDENTITY FULL";
  }

  private static void began(Trial trial, String... tables) {
    trial.start("ingest", "");
    trial.start("sink", "");
    trial.awaitTables();
    for (String table : tables) {
      trial.await(
          table + " is copied",
          () -> !trial.copy().query("SELECT count(*) FROM " + table).equals("0"));
    }
  }

  private static void transaction(Trial trial, String... statements) throws Exception {
    try (Connection connection = trial.source().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  private static DeadLetters letters(Trial trial, String table) {
    return new DeadLetters(
        trial.setup().bootstrap(), trial.setup().name() + ".public." + table + ".dlq");
  }

  private static void awaitLetters(Trial trial, String table, Set<String> keys) {
    try {
      trial.await("letters of " + table, () -> letters(trial, table).rows().equals(keys));
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + ": " + letters(trial, table).rows() + "\n" + trial.output(), e);
    }
  }

  @Test
  void aKeyChangeTakesThemAlong() throws Exception {
    ground.ask(
        direct -> direct.with(with(direct.shape(), "wanders")),
        trial -> {
          began(trial, "wanders");
          trial
              .source()
              .execute(
                  "UPDATE wanders SET id = 101 WHERE id = 1",
                  "UPDATE wanders SET n = 20 WHERE id = 2",
                  "UPDATE wanders SET id = 102, n = 22 WHERE id = 2",
                  "UPDATE wanders SET id = 103, big = 'small' WHERE id = 3");
          transaction(
              trial,
              "UPDATE wanders SET id = 0 WHERE id = 4",
              "UPDATE wanders SET id = 4 WHERE id = 5",
              "UPDATE wanders SET id = 5 WHERE id = 0",
              "UPDATE wanders SET n = n + 1 WHERE id IN (4, 5)");
          transaction(
              trial,
              "UPDATE wanders SET big = repeat('new', 3000) WHERE id = 6",
              "UPDATE wanders SET id = 106 WHERE id = 6",
              "UPDATE wanders SET n = 66 WHERE id = 106",
              "INSERT INTO wanders SELECT 6, 6, true, repeat('six', 3000), NULL",
              "UPDATE wanders SET id = 206 WHERE id = 6",
              "UPDATE wanders SET raw = '\\x00' WHERE id = 206",
              "DELETE FROM wanders WHERE id = 7",
              "UPDATE wanders SET id = 7 WHERE id = 8");
          // A group at a time, so that the old row is the table's.
          for (int i = 0; i < 5; i++) {
            trial.source().execute("UPDATE wanders SET id = id + 1000 WHERE id % 5 = " + i);
          }
          Judgement.of(trial);
          assertThat(letters(trial, "wanders").count()).isZero();
        });
  }

  /** Where the log has the old row, what enters by an update is complete. */
  @Test
  void aRowThatEntersTheFilterIsCompleteOrADeadLetter() throws Exception {
    String streams =
        """
          - { table: public.* }
          - { table: public.pushed, where: "open" }
          - { table: public.judged, where: "open" }
          - { table: public.keyed, where: "id > 100" }
        """;
    ground.ask(
        direct ->
            direct.with(
                with(
                    with(with(direct.shape().streaming(streams), "keyed"), "judged"),
                    "pushed",
                    full("pushed"))),
        trial -> {
          trial.compare("pushed", "open");
          trial.compare("judged", "open");
          trial.compare("keyed", "id > 100");
          began(trial, "pushed", "judged");
          for (String table : List.of("pushed", "judged")) {
            trial
                .source()
                .execute(
                    "UPDATE %s SET open = true WHERE id = 1".formatted(table),
                    "UPDATE %s SET open = false WHERE id = 6".formatted(table),
                    "UPDATE %s SET open = true, big = 'small', raw = NULL WHERE id = 2"
                        .formatted(table),
                    "UPDATE %s SET open = true WHERE id = 6".formatted(table),
                    "UPDATE %s SET n = 60 WHERE id = 6".formatted(table),
                    "UPDATE %s SET n = 70 WHERE id = 7".formatted(table));
          }
          trial
              .source()
              .execute(
                  "UPDATE keyed SET id = 101 WHERE id = 1",
                  "INSERT INTO keyed SELECT 110, 1, true, repeat('k', 9000), NULL",
                  "UPDATE keyed SET id = 111 WHERE id = 110",
                  "UPDATE keyed SET id = 10 + id WHERE id = 2");
          awaitLetters(trial, "judged", Set.of("1", "6"));
          awaitLetters(trial, "keyed", Set.of("101"));
          // In each destination: what entered, and what came behind it without a base.
          trial.await("letters of both", () -> letters(trial, "judged").count() == 2 * 3);
          trial.await("letters of both", () -> letters(trial, "keyed").count() == 2);
          assertThat(letters(trial, "pushed").count()).isZero();
          resync(trial, "judged", "1", "6");
          resync(trial, "keyed", "101");
          Judgement.ofDestinationsAndOrder(trial);
        });
  }

  private static void resync(Trial trial, String table, String... keys) {
    for (String key : keys) {
      assertThat(trial.command("resync", "public." + table, "--key", key)).isZero();
    }
  }

  /** The destinations refuse rows without a number; their base is stale until a whole row comes. */
  @Test
  void anUpdateOfARowThatWasRefusedFollowsIt() throws Exception {
    ground.ask(
        direct -> direct.with(with(direct.shape(), "parcels")),
        trial -> {
          began(trial, "parcels");
          trial.await(
              "the warehouse has it", () -> Judgement.hasRead(trial, "warehouse", p -> true));
          trial.stop("sink");
          trial.copy().execute("ALTER TABLE parcels ADD CHECK (n IS NOT NULL)");
          try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
              Statement statement = duckDb.createStatement()) {
            statement.execute("ALTER TABLE public.parcels ALTER n SET NOT NULL");
          }
          trial.start("sink", "");
          trial
              .source()
              .execute(
                  "INSERT INTO parcels SELECT i, NULL, true, repeat('first', 2000), NULL FROM"
                      + " generate_series(21, 24) i",
                  "UPDATE parcels SET n = NULL, big = repeat('second', 2000) WHERE id IN (1, 2,"
                      + " 3)");
          awaitLetters(trial, "parcels", Set.of("1", "2", "3", "21", "22", "23", "24"));
          trial.start("sink", ""); // the marks are the destinations' own
          trial
              .source()
              .execute(
                  "UPDATE parcels SET n = 5 WHERE id IN (1, 2, 3, 21, 22, 23)",
                  "UPDATE parcels SET id = 1002 WHERE id = 2",
                  "UPDATE parcels SET id = 1022 WHERE id = 22");
          trial.await(
              "they follow, in both",
              () ->
                  letters(trial, "parcels").rows().containsAll(Set.of("1002", "1022"))
                      && letters(trial, "parcels").count() == 2 * (4 + 3 + 6 + 2));
          assertThat(trial.copy().query("SELECT count(*) FROM parcels WHERE big LIKE 'first%'"))
              .isEqualTo("0");
          trial
              .source()
              .execute(
                  "UPDATE parcels SET big = repeat('third', 2000), raw = '\\x01' WHERE id IN (1,"
                      + " 1002, 21, 1022)",
                  "UPDATE parcels SET n = 6 WHERE id IN (1, 1002, 21, 1022)",
                  "DELETE FROM parcels WHERE id IN (3, 23, 24)",
                  "INSERT INTO parcels SELECT 24, 24, true, repeat('fourth', 2000), NULL",
                  "UPDATE parcels SET n = 25 WHERE id = 24");
          Judgement.of(trial);
          assertThat(letters(trial, "parcels").count()).isEqualTo(2 * (4 + 3 + 6 + 2));
        });
  }

  /** With several partitions the log must have the old row; else the row is a dead letter. */
  @Test
  void severalPartitionsGetWholeRowsOrDeadLetters() throws Exception {
    String streams =
        """
          - { table: public.* }
          - { table: public.whole, partitions: 4 }
          - { table: public.partial, partitions: 4 }
          - { table: public.narrow, partitions: 3, where: "open" }
        """;
    ground.ask(
        direct ->
            direct.with(
                with(
                    with(
                        with(direct.shape().streaming(streams), "whole", full("whole")),
                        "narrow",
                        full("narrow")),
                    "partial")),
        trial -> {
          trial.compare("narrow", "open");
          began(trial, "whole", "partial", "narrow");
          for (String table : List.of("whole", "narrow")) {
            trial
                .source()
                .execute(
                    "UPDATE %s SET n = n + 1".formatted(table),
                    "UPDATE %s SET id = id + 100 WHERE id %% 2 = 0".formatted(table),
                    "UPDATE %s SET open = NOT open WHERE n %% 3 = 0".formatted(table));
            transaction(
                trial,
                "UPDATE %s SET id = 0 WHERE id = 1".formatted(table),
                "UPDATE %s SET id = 1 WHERE id = 3".formatted(table),
                "UPDATE %s SET id = 3 WHERE id = 0".formatted(table),
                "UPDATE %s SET n = 9 WHERE id < 6".formatted(table));
          }
          trial
              .source()
              .execute(
                  "UPDATE partial SET n = 7 WHERE id = 1",
                  "UPDATE partial SET id = 102 WHERE id = 2",
                  "UPDATE partial SET big = 'small', raw = NULL WHERE id = 3",
                  "DELETE FROM partial WHERE id = 4");
          awaitLetters(trial, "partial", Set.of("1", "102"));
          assertThat(letters(trial, "whole").count()).isZero();
          assertThat(letters(trial, "narrow").count()).isZero();
          resync(trial, "partial", "1", "102");
          Judgement.ofDestinationsAndOrder(trial);
        });
  }
}
