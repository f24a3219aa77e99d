package io.rapidbyte.sink.bookkeeping;

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

  /** See {@link io.rapidbyte.sink.destination.StreamWriter#claim}. */
  public Claim claim(Connection connection, PartitionId partition) throws SQLException {
    String sql =
        "INSERT INTO "
            + dialect.checkpoint()
            + " AS c ("
            + Rows.COLUMNS
            + ", cluster_id, topic_id, next_offset, fence, schema_version, generation,"
            + " ended_generation, updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, 1, 0, 0, 0, now())"
            + " ON CONFLICT ("
            + Rows.COLUMNS
            + ") DO UPDATE SET fence = c.fence + 1"
            + " RETURNING cluster_id, topic_id, fence, next_offset, schema_version, generation,"
            + " ended_generation";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int next = rows(partition).bind(insert, 1);
      insert.setString(next++, partition.clusterId());
      insert.setString(next, partition.topicId());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return claim(connection, partition, row);
      }
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
        row.getLong(4),
        row.getInt(5),
        new Claim.Generations(row.getInt(6), row.getInt(7)),
        dead,
        held);
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
