package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The source dies and its standby takes its place. */
@Tag("chaos")
final class FailoverTest {
  private static final int DIVERGED_OR_RESYNC = 7;

  @TempDir private Path folder;

  /** From PostgreSQL 17 on the standby holds the slot, and no committed change is missing. */
  @ParameterizedTest
  @EnumSource(names = {"V17", "V18"})
  void goesOnFromAStandbyThatHasEverything(PostgresVersion version) throws Exception {
    Path data = folder.resolve("primary");
    var options =
        EmbeddedPostgres.Options.defaults()
            .version(version)
            .in(data)
            .with("synchronized_standby_slots", "standby");
    try (EmbeddedPostgres primary = EmbeddedPostgres.start(options.with("hot_standby", "on"));
        EmbeddedPostgres standby = primary.standby(folder.resolve("standby"));
        EmbeddedPostgres other = EmbeddedPostgres.start();
        Trial trial = trial(primary, other)) {
      trial.start("ingest", "");
      trial.start("sink", "");
      try (Ledger ledger = trial.writer(1)) {
        trial.awaitTables();
        trial.awaitTransactions(ledger, 50);
        Eventually.until(
            "the standby holds the slot",
            Trial.PATIENCE,
            () ->
                one(
                        standby,
                        "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary"
                            + " AND invalidation_reason IS NULL")
                    .equals("1"));
        trial.awaitTransactions(ledger, 50);
      }
      primary.stop();
      one(standby, "SELECT pg_promote()");
      trial.stop("ingest");
      try (Trial there = trial.movedTo(standby)) {
        there.start("ingest", "");
        try (Ledger ledger = there.writer(2)) {
          there.awaitTransactions(ledger, 100);
        }
        trial.stop("sink");
        there.start("sink", "");
        Judgement.ofDestinationsAndOrder(there);
      }
    }
  }

  /** What the standby never got is in the topics already: going on would tell two stories. */
  @Test
  void stopsWhereTheStandbyLags() throws Exception {
    try (EmbeddedPostgres primary =
            EmbeddedPostgres.start(
                EmbeddedPostgres.Options.defaults().in(folder.resolve("primary")));
        EmbeddedPostgres standby = primary.standby(folder.resolve("standby"));
        EmbeddedPostgres other = EmbeddedPostgres.start();
        Trial trial = trial(primary, other)) {
      trial.start("ingest", "");
      trial.start("sink", "");
      try (Ledger ledger = trial.writer(1)) {
        trial.awaitTables();
        standby.stop();
        trial.awaitTransactions(ledger, 100);
      }
      trial.await(
          "the last change is in the copy",
          () ->
              trial
                  .copy()
                  .query("SELECT max(id) FROM transfers")
                  .equals(trial.source().query("SELECT max(id) FROM transfers")));
      primary.stop();
      standby.restart();
      one(standby, "SELECT pg_promote()");
      trial.stop("ingest");
      try (Trial there = trial.movedTo(standby)) {
        ForkedJvm ingest = there.start("ingest", "");
        assertThat(ingest.waitFor(Duration.ofMinutes(1)))
            .as(ingest.output())
            .hasValue(DIVERGED_OR_RESYNC);
        assertThat(ingest.output()).contains("source/diverged").contains("rapidbyte resync --all");
      }
    }
  }

  private Trial trial(EmbeddedPostgres primary, EmbeddedPostgres other) throws Exception {
    Path home = java.nio.file.Files.createDirectories(folder.resolve("home"));
    var setup =
        new Trial.Setup(
            SharedKafka.unique("failover"),
            home,
            SharedKafka.bootstrap(),
            primary.port(),
            other.port(),
            Trial.Shape.PLAIN);
    return new Trial(
        setup, TestDatabase.create(primary, "source"), TestDatabase.create(other, "copy"));
  }

  private static String one(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }
}
