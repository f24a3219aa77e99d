package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing happens in the source's database, and everything in another one of its server. */
class IdleLogTest {
  private final Fixture fixture = new Fixture();
  private final TestDatabase busy = SharedPostgres.database();

  @AfterEach
  void close() {
    fixture.close();
    busy.close();
  }

  @Test
  void isConfirmedWhileAnotherDatabaseIsBusy() throws Exception {
    confirmedFor(Duration.ofSeconds(8));
  }

  @Test
  @Tag("chaos")
  void isConfirmedForAMinute() throws Exception {
    confirmedFor(Duration.ofSeconds(60));
  }

  private void confirmedFor(Duration time) throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    busy.execute("CREATE TABLE noise (id bigserial, text text)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1)");
      fixture.awaitRows("t", 1);
      String start = one("SELECT pg_current_wal_lsn()");
      long most = 0;
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        busy.execute(
            "INSERT INTO noise (text) SELECT repeat(md5(i::text), 10) FROM generate_series(1, 2000)"
                + " i");
        most = Math.max(most, retained("confirmed_flush_lsn"));
      }
      String last = one("SELECT pg_current_wal_lsn()");
      long written = difference(last, start);
      System.out.printf(
          "%d MB written elsewhere in %s, %.1f MB unconfirmed at most, %.1f MB retained at the"
              + " end%n",
          written >> 20, time, most / 1048576.0, retained("restart_lsn") / 1048576.0);
      Fixture.until(() -> difference(last, one(slot("confirmed_flush_lsn"))) <= 0);
      busy.execute("CHECKPOINT");
      Fixture.until(
          () -> {
            fixture.database.execute("SELECT pg_log_standby_snapshot()");
            return difference(last, one(slot("restart_lsn"))) <= 0;
          });
      assertThat(most).as("bytes that were not confirmed").isLessThan(written / 2 + (8 << 20));
      assertThat(fixture.topic("t").rows()).hasSize(1);
    }
  }

  private String slot(String column) {
    return "SELECT %s FROM pg_replication_slots WHERE slot_name = '%s'"
        .formatted(column, fixture.slot());
  }

  private long retained(String column) throws SQLException {
    return difference(one("SELECT pg_current_wal_lsn()"), one(slot(column)));
  }

  private long difference(String later, String earlier) throws SQLException {
    return Long.parseLong(
        one("SELECT pg_wal_lsn_diff('%s', '%s')::bigint".formatted(later, earlier)));
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = fixture.database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
