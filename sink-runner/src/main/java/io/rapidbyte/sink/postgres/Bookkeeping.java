package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Undelivered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the destination remembers, in schema {@code _rapidbyte}: how far each partition is applied
 * and under which fence, letters on their way to the dead letters, keys whose row is stale, which
 * table is whose. All of it in the caller's transaction; nothing here commits.
 *
 * @param pipeline whose bookkeeping
 * @param destination its name in the pipeline
 */
record Bookkeeping(String pipeline, String destination) {
  private static final String WHOSE = "pipeline = ? AND destination = ?";
  private static final String PARTITION = WHOSE + " AND topic = ? AND partition = ?";

  private static final String EXISTS = "SELECT to_regclass('_rapidbyte.owner') IS NOT NULL";

  /** Two processes that create the same at once would fail; any number does, ours is "rapidbyt". */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(8241990170441836916)";

  private static final String CREATE =
      """
      CREATE SCHEMA IF NOT EXISTS _rapidbyte;
      CREATE TABLE IF NOT EXISTS _rapidbyte.checkpoint (
        pipeline text, destination text, topic text, partition integer,
        cluster_id text NOT NULL, topic_id text NOT NULL,
        next_offset bigint NOT NULL, fence bigint NOT NULL, schema_version integer NOT NULL,
        ended_generation integer NOT NULL DEFAULT 0,
        updated_at timestamp with time zone NOT NULL DEFAULT now(),
        PRIMARY KEY (pipeline, destination, topic, partition)) WITH (fillfactor = 50);
      CREATE TABLE IF NOT EXISTS _rapidbyte.outbox (
        pipeline text, destination text, topic text, partition integer, id text,
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        key text NOT NULL, document bytea NOT NULL, held boolean NOT NULL,
        PRIMARY KEY (pipeline, destination, topic, partition, id));
      CREATE TABLE IF NOT EXISTS _rapidbyte.dead (
        pipeline text, destination text, topic text, partition integer, key text,
        PRIMARY KEY (pipeline, destination, topic, partition, key));
      CREATE TABLE IF NOT EXISTS _rapidbyte.owner (
        table_schema text, table_name text,
        pipeline text NOT NULL, destination text NOT NULL, stream text NOT NULL,
        PRIMARY KEY (table_schema, table_name));
      """;

  /** See {@link io.rapidbyte.sink.destination.StreamWriter#claim}. */
  Claim claim(Connection connection, PartitionId partition) throws SQLException {
    String sql =
        """
        INSERT INTO _rapidbyte.checkpoint AS c (pipeline, destination, topic, partition,
          cluster_id, topic_id, next_offset, fence, schema_version)
        VALUES (?, ?, ?, ?, ?, ?, 0, 1, 0)
        ON CONFLICT (pipeline, destination, topic, partition) DO UPDATE SET fence = c.fence + 1
        RETURNING cluster_id, topic_id, fence, next_offset, schema_version, ended_generation
        """;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int next = bind(insert, 1, partition);
      insert.setString(next++, partition.clusterId());
      insert.setString(next, partition.topicId());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new Claim(
            new PartitionId(
                partition.topic(), partition.partition(), row.getString(1), row.getString(2)),
            row.getLong(3),
            row.getLong(4),
            row.getInt(5),
            row.getInt(6),
            dead(connection, partition),
            held(connection, partition));
      }
    }
  }

  private Set<String> dead(Connection connection, PartitionId partition) throws SQLException {
    Set<String> keys = new HashSet<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT key FROM _rapidbyte.dead WHERE " + PARTITION)) {
      bind(select, 1, partition);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
      }
    }
    return keys;
  }

  private Map<String, String> held(Connection connection, PartitionId partition)
      throws SQLException {
    Map<String, String> letters = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, key FROM _rapidbyte.outbox WHERE held AND " + PARTITION)) {
      bind(select, 1, partition);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          letters.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return letters;
  }

  /** Moves the partition on; false where the fence is another's by now. */
  boolean advance(Connection connection, Group group) throws SQLException {
    String sql =
        """
        UPDATE _rapidbyte.checkpoint
        SET next_offset = ?, schema_version = ?, updated_at = clock_timestamp()
        WHERE fence = ? AND cluster_id = ? AND topic_id = ? AND\
        """
            + " "
            + PARTITION;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, group.nextOffset());
      update.setInt(2, group.schemaVersion());
      update.setLong(3, group.fence());
      update.setString(4, group.partition().clusterId());
      update.setString(5, group.partition().topicId());
      bind(update, 6, group.partition());
      return update.executeUpdate() == 1;
    }
  }

  /** See {@link io.rapidbyte.sink.destination.StreamWriter#reset}. */
  void reset(Connection connection, PartitionId partition, long nextOffset) throws SQLException {
    String sql =
        """
        INSERT INTO _rapidbyte.checkpoint AS c (pipeline, destination, topic, partition,
          cluster_id, topic_id, next_offset, fence, schema_version)
        VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0)
        ON CONFLICT (pipeline, destination, topic, partition) DO UPDATE
        SET fence = c.fence + 1, next_offset = excluded.next_offset,
          cluster_id = excluded.cluster_id, topic_id = excluded.topic_id, schema_version = 0,
          updated_at = clock_timestamp()
        """;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int next = bind(insert, 1, partition);
      insert.setString(next++, partition.clusterId());
      insert.setString(next++, partition.topicId());
      insert.setLong(next, nextOffset);
      insert.executeUpdate();
    }
  }

  /** Records what a group did not deliver. */
  void record(Connection connection, PartitionId partition, Undelivered undelivered)
      throws SQLException {
    if (undelivered.isEmpty()) {
      return;
    }
    addLetters(connection, partition, undelivered.letters());
    each(
        connection,
        "INSERT INTO _rapidbyte.dead (pipeline, destination, topic, partition, key)"
            + " SELECT ?, ?, ?, ?, unnest(?::text[]) ON CONFLICT DO NOTHING",
        partition,
        undelivered.marked());
    each(
        connection,
        "DELETE FROM _rapidbyte.dead WHERE " + PARTITION + " AND key = ANY (?)",
        partition,
        undelivered.unmarked());
    each(
        connection,
        "UPDATE _rapidbyte.outbox SET held = false WHERE " + PARTITION + " AND id = ANY (?)",
        partition,
        undelivered.released());
    removeLetters(connection, partition, undelivered.superseded());
  }

  private void addLetters(Connection connection, PartitionId partition, List<DeadLetter> letters)
      throws SQLException {
    if (letters.isEmpty()) {
      return;
    }
    String sql =
        """
        INSERT INTO _rapidbyte.outbox
          (pipeline, destination, topic, partition, id, key, document, held)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (DeadLetter letter : letters) {
        int next = bind(insert, 1, partition);
        insert.setString(next++, letter.id());
        insert.setString(next++, letter.key());
        insert.setBytes(next++, letter.document());
        insert.setBoolean(next, letter.held());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Letters that do not wait, oldest first. */
  List<DeadLetter> outbox(Connection connection, PartitionId partition, int limit)
      throws SQLException {
    List<DeadLetter> letters = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, key, document FROM _rapidbyte.outbox WHERE NOT held AND "
                + PARTITION
                + " ORDER BY sequence LIMIT ?")) {
      select.setInt(bind(select, 1, partition), limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          letters.add(
              new DeadLetter(rows.getString(1), rows.getString(2), rows.getBytes(3), false));
        }
      }
    }
    return letters;
  }

  /** Deletes letters. */
  void removeLetters(Connection connection, PartitionId partition, Collection<String> ids)
      throws SQLException {
    each(
        connection,
        "DELETE FROM _rapidbyte.outbox WHERE " + PARTITION + " AND id = ANY (?)",
        partition,
        ids);
  }

  private void each(
      Connection connection, String sql, PartitionId partition, Collection<String> values)
      throws SQLException {
    if (values.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = bind(statement, 1, partition);
      statement.setArray(next, connection.createArrayOf("text", values.toArray()));
      statement.executeUpdate();
    }
  }

  /** Remembers that a generation's snapshot is complete; returns the one complete before. */
  int endGeneration(Connection connection, PartitionId partition, int generation)
      throws SQLException {
    int before = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT ended_generation FROM _rapidbyte.checkpoint WHERE " + PARTITION)) {
      bind(select, 1, partition);
      try (ResultSet row = select.executeQuery()) {
        before = row.next() ? row.getInt(1) : 0;
      }
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE _rapidbyte.checkpoint SET ended_generation = greatest(ended_generation, ?)"
                + " WHERE "
                + PARTITION)) {
      update.setInt(1, generation);
      bind(update, 2, partition);
      update.executeUpdate();
    }
    return before;
  }

  /** Takes the table for the stream; false where it is somebody's already. */
  boolean own(Connection connection, TableName table, String stream) throws SQLException {
    String sql =
        """
        INSERT INTO _rapidbyte.owner (table_schema, table_name, pipeline, destination, stream)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, table.schema());
      insert.setString(2, table.table());
      insert.setString(3, pipeline);
      insert.setString(4, destination);
      insert.setString(5, stream);
      return insert.executeUpdate() == 1;
    }
  }

  /** Whose a table is. */
  Optional<Owner> owner(Connection connection, TableName table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT pipeline, destination, stream FROM _rapidbyte.owner"
                + " WHERE table_schema = ? AND table_name = ?")) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Owner(row.getString(1), row.getString(2), row.getString(3)))
            : Optional.empty();
      }
    }
  }

  /** Gives the stream's table up, so that it may be created anew. */
  void disown(Connection connection, TableName table, String stream) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM _rapidbyte.owner WHERE table_schema = ? AND table_name = ?"
                + " AND stream = ? AND "
                + WHOSE)) {
      delete.setString(1, table.schema());
      delete.setString(2, table.table());
      delete.setString(3, stream);
      delete.setString(4, pipeline);
      delete.setString(5, destination);
      delete.executeUpdate();
    }
  }

  /** Who writes a table. */
  record Owner(String pipeline, String destination, String stream) {}

  /** Creates the tables where they are absent; in a transaction of its own. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(EXISTS)) {
        row.next();
        if (row.getBoolean(1)) {
          return;
        }
      }
      statement.execute(LOCK);
      statement.execute(CREATE);
    }
  }

  private int bind(PreparedStatement statement, int first, PartitionId partition)
      throws SQLException {
    int next = first;
    statement.setString(next++, pipeline);
    statement.setString(next++, destination);
    statement.setString(next++, partition.topic());
    statement.setInt(next++, partition.partition());
    return next;
  }
}
