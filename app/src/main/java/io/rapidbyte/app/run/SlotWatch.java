package io.rapidbyte.app.run;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.SourceSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the source now and then how much log the slot keeps, on a thread of its own. */
final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final String RETAINED =
      "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()"
          + " ELSE pg_current_wal_lsn() END, restart_lsn)::bigint"
          + " FROM pg_replication_slots WHERE slot_name = ? AND restart_lsn IS NOT NULL";

  private final SourceSpec source;
  private final Board board;
  private final CountDownLatch closing = new CountDownLatch(1);

  private SlotWatch(SourceSpec source, Board board) {
    this.source = source;
    this.board = board;
  }

  static SlotWatch start(SourceSpec source, Board board) {
    SlotWatch watch = new SlotWatch(source, board);
    Thread.ofPlatform().daemon().name("slot-watch").start(watch::watch);
    return watch;
  }

  private void watch() {
    PostgresSessions sessions = new PostgresSessions(source.address(), "rapidbyte slot watch");
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try (Connection connection = sessions.sql()) {
          ask(connection);
        } catch (SQLException | RapidbyteException e) {
          LOG.debug("the slot's retained log is not known", e);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RETAINED)) {
      statement.setString(1, source.slot());
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          board.retained(row.getLong(1));
        }
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
