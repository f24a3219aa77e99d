package io.rapidbyte.ingest.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real server says of a slot. */
final class SlotReadingTest {
  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"V14", "V18"})
  void growsWithTheLogUntilTheSlotIsLost(PostgresVersion version) throws Exception {
    EmbeddedPostgres.Options options =
        EmbeddedPostgres.Options.defaults()
            .version(version)
            .with("max_slot_wal_keep_size", "64MB")
            .with("max_wal_size", "64MB")
            .with("min_wal_size", "32MB");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options);
        Connection connection = postgres.connect()) {
      execute(connection, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
      SlotReading first = SlotReading.of(connection, "s").orElseThrow();
      execute(
          connection, "CREATE TABLE t AS SELECT repeat('x', 500) FROM generate_series(1, 20000)");
      SlotReading second = SlotReading.of(connection, "s").orElseThrow();
      assertThat(second.retainedBytes() - first.retainedBytes()).isGreaterThan(10_000_000);
      assertThat(second.walPosition() - first.walPosition()).isGreaterThan(10_000_000);
      assertThat(second.safeBytes().orElseThrow()).isLessThan(first.safeBytes().orElseThrow());
      assertThat(second.idleLeft()).isEmpty();
      for (int i = 0; i < 10; i++) {
        execute(connection, "INSERT INTO t SELECT repeat('x', 500) FROM generate_series(1, 20000)");
        execute(connection, "SELECT pg_switch_wal()");
      }
      execute(connection, "CHECKPOINT");
      assertThat(SlotReading.of(connection, "s").orElseThrow().isLost()).isTrue();
      assertThat(SlotReading.of(connection, "none")).isEmpty();
      SlotDrop.now(connection, "s");
      assertThat(SlotReading.of(connection, "s")).isEmpty();
    }
  }

  @Test
  void foreseesTheEndOfASlotThatNobodyUses() throws Exception {
    EmbeddedPostgres.Options options =
        EmbeddedPostgres.Options.defaults().with("idle_replication_slot_timeout", "1h");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options);
        Connection connection = postgres.connect()) {
      execute(connection, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
      SlotReading reading = SlotReading.of(connection, "s").orElseThrow();
      assertThat(reading.idleLeft().orElseThrow())
          .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    }
  }
}
