package io.rapidbyte.sink.bookkeeping;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checkpoints: how far each partition is applied, under which fence, in which generation.
 *
 * @param pipeline whose bookkeeping
 * @param destination its name in the pipeline
 */
public record Bookkeeping(Dialect dialect, String pipeline, String destination) {
  /** Letters and dead keys of the same destination. */
  public Outbox outbox() {
    return new Outbox(dialect, pipeline, destination);
  }

  /** Tables of the same destination. */
  public Owners owners() {
    return new Owners(dialect, pipeline, destination);
  }

  private Rows rows(PartitionId partition) {
    return new Rows(pipeline, destination, partition);
  }

  /**
   * See {@link io.rapidbyte.sink.destination.StreamWriter#claim}.
   *
   * @param stream whose table {@code table} is; where that was written before and no partition's
   *     place is known, the place is lost: to begin again at 0 would write everything twice
   */
  public Claim claim(Connection connection, PartitionId partition, TableName table, String stream)
      throws SQLException {
    boolean written = owners().find(connection, table).equals(Optional.of(owners().ours(stream)));
    boolean lost = written && !hasPlace(connection, partition);
    // Only a generation that the table has nothing of may be taken for a beginning then.
    int held = lost ? generation(connection, table) : 0;
    String sql =
        "INSERT INTO "
            + dialect.checkpoint()
            + " AS c ("
            + Rows.COLUMNS
            + ", cluster_id, topic_id, next_offset, fence, schema_version, generation,"
            + " ended_generation, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?, now())"
            + " ON CONFLICT ("
            + Rows.COLUMNS
            + ") DO UPDATE SET fence = c.fence + 1"
            + " RETURNING cluster_id, topic_id, fence, next_offset, schema_version, generation,"
            + " ended_generation";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int next = rows(partition).bind(insert, 1);
      insert.setString(next++, partition.clusterId());
      insert.setString(next++, partition.topicId());
      insert.setLong(next++, lost ? Claim.LOST : 0);
      insert.setInt(next++, held);
      insert.setInt(next, held);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return claim(connection, partition, row);
      }
    }
  }

  /** Whether it is known of any partition of the topic how far it is applied. */
  private boolean hasPlace(Connection connection, PartitionId partition) throws SQLException {
    String sql =
        "SELECT 1 FROM "
            + dialect.checkpoint()
            + " WHERE pipeline = ? AND destination = ? AND topic = ? AND next_offset >= 0";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, pipeline);
      select.setString(2, destination);
      select.setString(3, partition.topic());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** The newest generation that a table has rows of. */
  private int generation(Connection connection, TableName table) throws SQLException {
    String there =
        "SELECT 1 FROM information_schema.columns WHERE table_catalog = current_database()"
            + " AND table_schema = ? AND table_name = ? AND column_name = '_rb_generation'";
    try (PreparedStatement select = connection.prepareStatement(there)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return 0;
        }
      }
    }
    String newest = "SELECT coalesce(max(_rb_generation), 0) FROM " + dialect.table(table);
    try (PreparedStatement select = connection.prepareStatement(newest);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  /** What else belongs to the claim is read under its fence: nobody else writes it any more. */
  private Claim claim(Connection connection, PartitionId partition, ResultSet row)
      throws SQLException {
    Set<String> dead = new HashSet<>();
    outbox().dead(connection, partition, dead::add);
    Map<String, String> held = new HashMap<>();
    outbox().held(connection, partition, held::put);
    return new Claim(
        new PartitionId(
            partition.topic(), partition.partition(), row.getString(1), row.getString(2)),
        row.getLong(3),
        place(row),
        row.getInt(5),
        new Claim.Generations(row.getInt(6), row.getInt(7)),
        dead,
        held);
  }

  /** The next offset; no number, and none that can be, is a place that is lost. */
  private static long place(ResultSet row) throws SQLException {
    long next = row.getLong(4);
    return row.wasNull() || next < 0 ? Claim.LOST : next;
  }

  /** Moves the partition on; false where the fence is another's by now. */
  public boolean advance(Connection connection, Group group) throws SQLException {
    String sql =
        "UPDATE "
            + dialect.checkpoint()
            + " SET next_offset = ?, schema_version = ?, generation = greatest(generation, ?),"
            + " updated_at = now() WHERE fence = ? AND cluster_id = ? AND topic_id = ? AND "
            + Rows.WHERE;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, group.nextOffset());
      update.setInt(2, group.schemaVersion());
      update.setInt(3, group.generation());
      update.setLong(4, group.fence());
      update.setString(5, group.partition().clusterId());
      update.setString(6, group.partition().topicId());
      rows(group.partition()).bind(update, 7);
      return update.executeUpdate() == 1;
    }
  }

  /** See {@link io.rapidbyte.sink.destination.StreamWriter#reseat}. */
  public boolean reseat(Connection connection, PartitionId partition, long fence, Seat seat)
      throws SQLException {
    String sql =
        "UPDATE "
            + dialect.checkpoint()
            + " SET next_offset = ?, generation = ?, cluster_id = ?, topic_id = ?,"
            + " schema_version = 0, updated_at = now() WHERE fence = ? AND "
            + Rows.WHERE;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, seat.nextOffset());
      update.setInt(2, seat.generation());
      update.setString(3, partition.clusterId());
      update.setString(4, partition.topicId());
      update.setLong(5, fence);
      rows(partition).bind(update, 6);
      if (update.executeUpdate() != 1) {
        return false;
      }
    }
    outbox().beginAgain(connection, partition);
    return true;
  }

  /** Remembers that a generation's snapshot is complete; returns the one complete before. */
  public int endGeneration(Connection connection, PartitionId partition, int generation)
      throws SQLException {
    int[] before = {0};
    rows(partition)
        .query(
            connection,
            "SELECT ended_generation FROM " + dialect.checkpoint() + " WHERE " + Rows.WHERE,
            row -> before[0] = row.getInt(1));
    String sql =
        "UPDATE "
            + dialect.checkpoint()
            + " SET ended_generation = greatest(ended_generation, ?) WHERE "
            + Rows.WHERE;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setInt(1, generation);
      rows(partition).bind(update, 2);
      update.executeUpdate();
    }
    return before[0];
  }
}
