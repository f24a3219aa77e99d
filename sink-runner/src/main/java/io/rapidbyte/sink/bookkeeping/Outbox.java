package io.rapidbyte.sink.bookkeeping;

import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Undelivered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Letters on their way to the dead letters, and keys whose row is stale.
 *
 * @param pipeline whose bookkeeping
 * @param destination its name in the pipeline
 */
public record Outbox(Dialect dialect, String pipeline, String destination) {
  /** Letters are read until there are so many bytes of them. */
  private static final long READ_BYTES = 16L * 1024 * 1024;

  private Rows rows(PartitionId partition) {
    return new Rows(pipeline, destination, partition);
  }

  void dead(Connection connection, PartitionId partition, Consumer<String> keys)
      throws SQLException {
    rows(partition)
        .query(
            connection,
            "SELECT key FROM " + dialect.dead() + " WHERE " + Rows.WHERE,
            row -> keys.accept(row.getString(1)));
  }

  void held(Connection connection, PartitionId partition, BiConsumer<String, String> letters)
      throws SQLException {
    rows(partition)
        .query(
            connection,
            "SELECT id, key FROM " + dialect.outbox() + " WHERE held AND " + Rows.WHERE,
            row -> letters.accept(row.getString(1), row.getString(2)));
  }

  /** Letters that do not wait, oldest first; fewer than {@code limit} where they are large. */
  public List<DeadLetter> read(Connection connection, PartitionId partition, int limit)
      throws SQLException {
    List<DeadLetter> letters = new ArrayList<>();
    rows(partition)
        .query(
            connection,
            "SELECT id, key, document FROM (SELECT id, key, document, sequence,"
                + " sum(octet_length(document)) OVER (ORDER BY sequence) - octet_length(document)"
                + " AS bytes_ahead FROM "
                + dialect.outbox()
                + " WHERE NOT held AND "
                + Rows.WHERE
                + ") AS waiting WHERE bytes_ahead < "
                + READ_BYTES
                + " ORDER BY sequence LIMIT "
                + limit,
            row ->
                letters.add(
                    new DeadLetter(row.getString(1), row.getString(2), row.getBytes(3), false)));
    return letters;
  }

  /** Deletes letters. */
  public void remove(Connection connection, PartitionId partition, Collection<String> ids)
      throws SQLException {
    String sql = "DELETE FROM " + dialect.outbox() + " WHERE " + Rows.WHERE + " AND id = ?";
    rows(partition).each(connection, sql, ids);
  }

  /** Records what a group did not deliver. */
  public void record(Connection connection, PartitionId partition, Undelivered undelivered)
      throws SQLException {
    if (undelivered.isEmpty()) {
      return;
    }
    add(connection, partition, undelivered.letters());
    Rows rows = rows(partition);
    String unmark = "DELETE FROM " + dialect.dead() + " WHERE " + Rows.WHERE + " AND key = ?";
    rows.each(connection, unmark, undelivered.unmarked());
    rows.each(connection, unmark, undelivered.marked());
    rows.each(
        connection,
        "INSERT INTO "
            + dialect.dead()
            + " ("
            + Rows.COLUMNS
            + ", key) VALUES (?, ?, ?, ?, ?)"
            + ifAbsent(),
        undelivered.marked());
    rows.each(
        connection,
        "UPDATE " + dialect.outbox() + " SET held = false WHERE " + Rows.WHERE + " AND id = ?",
        undelivered.released());
    remove(connection, partition, undelivered.superseded());
  }

  /** One that is there already is left as it is. */
  private void add(Connection connection, PartitionId partition, List<DeadLetter> letters)
      throws SQLException {
    if (letters.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO "
            + dialect.outbox()
            + " ("
            + Rows.COLUMNS
            + ", id, sequence, key, document, held) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?"
            + " WHERE NOT EXISTS (SELECT 1 FROM "
            + dialect.outbox()
            + " WHERE "
            + Rows.WHERE
            + " AND id = ?)"
            + ifAbsent();
    long sequence = lastSequence(connection, partition);
    Rows rows = rows(partition);
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (DeadLetter letter : letters) {
        int next = rows.bind(insert, 1);
        insert.setString(next++, letter.id());
        insert.setLong(next++, ++sequence);
        insert.setString(next++, letter.key());
        insert.setBytes(next++, letter.document());
        insert.setBoolean(next++, letter.held());
        next = rows.bind(insert, next);
        insert.setString(next, letter.id());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Where there are keys: another member may be about to write the same, and is fenced then. */
  private String ifAbsent() {
    return dialect.keyed() ? " ON CONFLICT DO NOTHING" : "";
  }

  /** Nobody else numbers letters of the partition: this transaction holds its fence or fails. */
  private long lastSequence(Connection connection, PartitionId partition) throws SQLException {
    long[] last = {0};
    rows(partition)
        .query(
            connection,
            "SELECT coalesce(max(sequence), 0) FROM " + dialect.outbox() + " WHERE " + Rows.WHERE,
            row -> last[0] = row.getLong(1));
    return last[0];
  }

  /**
   * What was marked or waits is settled by rows that are copied again; letters that nobody can read
   * are given up.
   */
  void beginAgain(Connection connection, PartitionId partition) throws SQLException {
    Set<String> unreadable = new HashSet<>();
    rows(partition)
        .query(
            connection,
            "SELECT id, document FROM " + dialect.outbox() + " WHERE " + Rows.WHERE,
            row -> {
              if (!DeadLetter.isReadable(row.getBytes(2))) {
                unreadable.add(row.getString(1));
              }
            });
    remove(connection, partition, unreadable);
    Rows rows = rows(partition);
    rows.run(connection, "DELETE FROM " + dialect.dead() + " WHERE " + Rows.WHERE);
    rows.run(connection, "DELETE FROM " + dialect.outbox() + " WHERE held AND " + Rows.WHERE);
  }
}
