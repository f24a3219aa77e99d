package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Undelivered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Offsets, fences, outbox and dead keys, in the schema {@code _rb} beside the data. Every call
 * works within the transaction of the connection it is given.
 */
final class Bookkeeping {
  /** The row of a partition, and the scope of its letters and dead keys. */
  private static final String ROW =
      "pipeline = ? AND destination = ? AND topic = ? AND kafka_partition = ?";

  private final String pipeline;
  private final String destination;
  private final String schema;

  Bookkeeping(String catalog, String pipeline, String destination) {
    this.pipeline = pipeline;
    this.destination = destination;
    this.schema = quote(catalog) + "." + quote("_rb");
  }

  /** The statements that make the tables, where they are absent. */
  List<String> tables() {
    String scope =
        "pipeline VARCHAR NOT NULL, destination VARCHAR NOT NULL, topic VARCHAR NOT NULL,"
            + " kafka_partition INTEGER NOT NULL";
    String key = "pipeline, destination, topic, kafka_partition";
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS " + schema,
        "CREATE TABLE IF NOT EXISTS "
            + schema
            + ".offsets ("
            + scope
            + ", cluster_id VARCHAR NOT NULL, topic_id VARCHAR NOT NULL, next_offset BIGINT NOT"
            + " NULL, fence BIGINT NOT NULL, schema_version INTEGER NOT NULL, ended_generation"
            + " INTEGER NOT NULL, applied_at TIMESTAMP WITH TIME ZONE, PRIMARY KEY ("
            + key
            + "))",
        "CREATE TABLE IF NOT EXISTS "
            + schema
            + ".outbox ("
            + scope
            + ", id VARCHAR NOT NULL, row_key VARCHAR NOT NULL, document BLOB NOT NULL, held"
            + " BOOLEAN NOT NULL, written_at TIMESTAMP WITH TIME ZONE DEFAULT now())",
        "CREATE TABLE IF NOT EXISTS " + schema + ".dead (" + scope + ", row_key VARCHAR NOT NULL)");
  }

  Claim claim(Connection connection, PartitionId partition) throws SQLException {
    String sql =
        "INSERT INTO "
            + schema
            + ".offsets VALUES (?, ?, ?, ?, ?, ?, 0, 1, 0, 0, now())"
            + " ON CONFLICT DO UPDATE SET fence = fence + 1"
            + " RETURNING cluster_id, topic_id, fence, next_offset, schema_version,"
            + " ended_generation";
    Set<String> dead = new HashSet<>();
    query(
        connection,
        "SELECT row_key FROM " + schema + ".dead WHERE " + ROW,
        partition,
        row -> dead.add(row.getString(1)));
    Map<String, String> held = new HashMap<>();
    query(
        connection,
        "SELECT id, row_key FROM " + schema + ".outbox WHERE held AND " + ROW,
        partition,
        row -> held.put(row.getString(1), row.getString(2)));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = scope(statement, 1, partition);
      statement.setString(next, partition.clusterId());
      statement.setString(next + 1, partition.topicId());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        PartitionId holder =
            new PartitionId(
                partition.topic(), partition.partition(), row.getString(1), row.getString(2));
        return new Claim(
            holder, row.getLong(3), row.getLong(4), row.getInt(5), row.getInt(6), dead, held);
      }
    }
  }

  /** Moves the offset; false where the fence is no longer the group's. */
  boolean advance(Connection connection, Group group) throws SQLException {
    String sql =
        "UPDATE "
            + schema
            + ".offsets SET next_offset = ?, schema_version = ?, applied_at = now()"
            + " WHERE "
            + ROW
            + " AND fence = ? AND cluster_id = ? AND topic_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, group.nextOffset());
      statement.setInt(2, group.schemaVersion());
      int next = scope(statement, 3, group.partition());
      statement.setLong(next, group.fence());
      statement.setString(next + 1, group.partition().clusterId());
      statement.setString(next + 2, group.partition().topicId());
      return statement.executeUpdate() == 1;
    }
  }

  /** The last generation whose snapshot is complete. */
  int endedGeneration(Connection connection, PartitionId partition) throws SQLException {
    List<Integer> found = new ArrayList<>();
    query(
        connection,
        "SELECT ended_generation FROM " + schema + ".offsets WHERE " + ROW,
        partition,
        row -> found.add(row.getInt(1)));
    return found.isEmpty() ? 0 : found.getFirst();
  }

  void endGeneration(Connection connection, PartitionId partition, int generation)
      throws SQLException {
    String sql =
        "UPDATE "
            + schema
            + ".offsets SET ended_generation = greatest(ended_generation, ?) WHERE "
            + ROW;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, generation);
      scope(statement, 2, partition);
      statement.executeUpdate();
    }
  }

  void record(Connection connection, PartitionId partition, Undelivered undelivered)
      throws SQLException {
    String letter =
        "INSERT INTO "
            + schema
            + ".outbox (pipeline, destination, topic, kafka_partition, id,"
            + " row_key, document, held) SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1"
            + " FROM "
            + schema
            + ".outbox WHERE "
            + ROW
            + " AND id = ?)";
    for (DeadLetter dead : undelivered.letters()) {
      try (PreparedStatement statement = connection.prepareStatement(letter)) {
        int next = scope(statement, 1, partition);
        statement.setString(next, dead.id());
        statement.setString(next + 1, dead.key());
        statement.setBytes(next + 2, dead.document());
        statement.setBoolean(next + 3, dead.held());
        next = scope(statement, next + 4, partition);
        statement.setString(next, dead.id());
        statement.executeUpdate();
      }
    }
    String unmark = "DELETE FROM " + schema + ".dead WHERE " + ROW + " AND row_key = ?";
    each(connection, unmark, partition, undelivered.unmarked());
    each(connection, unmark, partition, undelivered.marked());
    each(
        connection,
        "INSERT INTO " + schema + ".dead VALUES (?, ?, ?, ?, ?)",
        partition,
        undelivered.marked());
    each(
        connection,
        "UPDATE " + schema + ".outbox SET held = false WHERE " + ROW + " AND id = ?",
        partition,
        undelivered.released());
    sent(connection, partition, undelivered.superseded());
  }

  List<DeadLetter> outbox(Connection connection, PartitionId partition, int limit)
      throws SQLException {
    List<DeadLetter> letters = new ArrayList<>();
    query(
        connection,
        "SELECT id, row_key, document FROM "
            + schema
            + ".outbox WHERE NOT held AND "
            + ROW
            + " ORDER BY written_at, rowid LIMIT "
            + limit,
        partition,
        row ->
            letters.add(
                new DeadLetter(row.getString(1), row.getString(2), row.getBytes(3), false)));
    return letters;
  }

  void sent(Connection connection, PartitionId partition, Collection<String> ids)
      throws SQLException {
    each(
        connection,
        "DELETE FROM " + schema + ".outbox WHERE " + ROW + " AND id = ?",
        partition,
        ids);
  }

  void reset(Connection connection, PartitionId partition, long nextOffset) throws SQLException {
    String sql =
        "INSERT INTO "
            + schema
            + ".offsets VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, 0, now())"
            + " ON CONFLICT DO UPDATE SET fence = fence + 1, cluster_id = excluded.cluster_id,"
            + " topic_id = excluded.topic_id, next_offset = excluded.next_offset";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = scope(statement, 1, partition);
      statement.setString(next, partition.clusterId());
      statement.setString(next + 1, partition.topicId());
      statement.setLong(next + 2, nextOffset);
      statement.executeUpdate();
    }
  }

  private void each(
      Connection connection, String sql, PartitionId partition, Collection<String> items)
      throws SQLException {
    if (items.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (String item : items) {
        statement.setString(scope(statement, 1, partition), item);
        statement.executeUpdate();
      }
    }
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void query(Connection connection, String sql, PartitionId partition, RowReader reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      scope(statement, 1, partition);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  /** Sets the four parameters of {@link #ROW}; the index of the next one. */
  private int scope(PreparedStatement statement, int first, PartitionId partition)
      throws SQLException {
    statement.setString(first, pipeline);
    statement.setString(first + 1, destination);
    statement.setString(first + 2, partition.topic());
    statement.setInt(first + 3, partition.partition());
    return first + 4;
  }
}
