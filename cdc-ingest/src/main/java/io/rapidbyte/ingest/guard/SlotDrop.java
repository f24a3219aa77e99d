package io.rapidbyte.ingest.guard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Gives a slot up, whoever streams from it. */
public final class SlotDrop {
  private static final String IN_USE = "55006";
  private static final int ATTEMPTS = 50;
  private static final long PAUSE_MILLIS = 100;

  private SlotDrop() {}

  /**
   * Ends the session that uses the slot and drops it; the source may then remove its log. What
   * streamed from it stops with RESYNC_REQUIRED.
   *
   * @param connection in autocommit mode, of a role that may end the session
   * @throws SQLException where the slot stays in use, or a privilege is missing
   */
  public static void now(Connection connection, String slot)
      throws SQLException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      run(
          connection,
          "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
              + " WHERE slot_name = ? AND active_pid IS NOT NULL",
          slot);
      try {
        run(
            connection,
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE slot_name = ?",
            slot);
        return;
      } catch (SQLException e) {
        if (!IN_USE.equals(e.getSQLState()) || attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static void run(Connection connection, String sql, String slot) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, slot);
      statement.execute();
    }
  }
}
