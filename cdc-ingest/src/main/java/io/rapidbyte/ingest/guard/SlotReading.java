package io.rapidbyte.ingest.guard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code pg_replication_slots} says of a slot (PostgreSQL's documentation, 53.20).
 *
 * @param walPosition where the log ends, in bytes since its beginning
 * @param retainedBytes log that the slot makes the server keep
 * @param safeBytes log that may be written before the slot is invalidated; empty where there is no
 *     {@code max_slot_wal_keep_size}
 * @param status {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param idleLeft time before the slot is invalidated for being idle; empty while it is in use, or
 *     where there is no {@code idle_replication_slot_timeout} (PostgreSQL 18)
 */
public record SlotReading(
    long walPosition,
    long retainedBytes,
    OptionalLong safeBytes,
    String status,
    Optional<Duration> idleLeft) {

  // Columns that not every version has are read through JSON.
  private static final String QUERY =
      """
      SELECT pg_wal_lsn_diff(w.now, '0/0')::bigint,
             pg_wal_lsn_diff(w.now, s.restart_lsn)::bigint,
             s.safe_wal_size,
             s.wal_status,
             CASE WHEN NOT s.active AND t.seconds > 0 THEN
               t.seconds - extract(epoch FROM now() - (to_jsonb(s) ->> 'inactive_since')::timestamptz)
             END
        FROM pg_replication_slots s,
             (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                          ELSE pg_current_wal_lsn() END AS now) w,
             (SELECT max(setting::bigint * CASE unit WHEN 'min' THEN 60 ELSE 1 END) AS seconds
                FROM pg_settings WHERE name = 'idle_replication_slot_timeout') t
       WHERE s.slot_name = ?
      """;

  /** Reads it; empty where there is no such slot. */
  public static Optional<SlotReading> of(Connection connection, String slot) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  private static SlotReading read(ResultSet row) throws SQLException {
    long position = row.getLong(1);
    long retained = row.getLong(2);
    long safe = row.getLong(3);
    OptionalLong safeBytes = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(safe);
    String status = Optional.ofNullable(row.getString(4)).orElse("reserved");
    double left = row.getDouble(5);
    Optional<Duration> idleLeft =
        row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds((long) left));
    return new SlotReading(position, retained, safeBytes, status, idleLeft);
  }

  /** Whether the slot is of no use any more. */
  public boolean isLost() {
    return status.equals("lost");
  }
}
