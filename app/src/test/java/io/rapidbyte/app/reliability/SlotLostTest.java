package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Postgres gives the slot up: the pipeline stops and says why, and a resync mends it. */
@Tag("chaos")
final class SlotLostTest {
  private static final int RESYNC = 7;

  @Test
  void forItsSize() throws Exception {
    lost(
        EmbeddedPostgres.Options.defaults()
            .with("max_slot_wal_keep_size", "20MB")
            .with("min_wal_size", "32MB")
            .with("max_wal_size", "48MB"),
        "max_slot_wal_keep_size");
  }

  @Test
  void forItsIdleness() throws Exception {
    lost(
        EmbeddedPostgres.Options.defaults().with("idle_replication_slot_timeout", "2s"),
        "idle_replication_slot_timeout");
  }

  private static void lost(EmbeddedPostgres.Options options, String setting) throws Exception {
    try (TrialGround ground = TrialGround.open(options)) {
      ground.ask(
          trial -> {
            trial.start("ingest", "");
            trial.start("sink", "");
            trial.awaitTables();
            trial.stop("ingest");
            // The test's own slot would be given up with it.
            trial.source().execute("SELECT pg_drop_replication_slot('reference_source_1')");
            Eventually.until("the slot is lost", Trial.PATIENCE, () -> isLost(trial));
            ForkedJvm ingest = trial.start("ingest", "");
            assertThat(ingest.waitFor(Duration.ofMinutes(1))).as(ingest.output()).hasValue(RESYNC);
            assertThat(ingest.output()).contains(setting).contains("rapidbyte resync --all");
            assertThat(trial.command("resync", "--all")).isZero();
            trial.stop("ingest");
            trial.start("ingest", "");
            try (Ledger ledger = trial.writer(1)) {
              trial.awaitTransactions(ledger, 50);
            }
            Judgement.ofDestinationsAndOrder(trial);
          });
    }
  }

  private static boolean isLost(Trial trial) throws SQLException {
    trial
        .source()
        .execute(
            "UPDATE accounts SET note = repeat(md5(note), 120)",
            "SELECT pg_switch_wal()",
            "CHECKPOINT");
    return trial
        .source()
        .query("SELECT coalesce(invalidation_reason, '') <> '' FROM pg_replication_slots")
        .equals("t");
  }
}
