package io.rapidbyte.sink.bookkeeping;

import io.rapidbyte.sink.destination.PartitionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/** Statements about the rows of one partition, which name it by their first parameters. */
record Rows(String pipeline, String destination, PartitionId partition) {
  /** Four parameters. */
  static final String WHERE = "pipeline = ? AND destination = ? AND topic = ? AND partition = ?";

  /** The same columns for an insert. */
  static final String COLUMNS = "pipeline, destination, topic, partition";

  /** Takes a row of an answer. */
  interface Reader {
    void read(ResultSet row) throws SQLException;
  }

  /** Sets the partition's parameters from {@code first} on; the next one's number. */
  int bind(PreparedStatement statement, int first) throws SQLException {
    statement.setString(first, pipeline);
    statement.setString(first + 1, destination);
    statement.setString(first + 2, partition.topic());
    statement.setInt(first + 3, partition.partition());
    return first + 4;
  }

  void query(Connection connection, String sql, Reader reader) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      bind(select, 1);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  /** Runs a statement whose fifth parameter is each of {@code values}. */
  void each(Connection connection, String sql, Collection<String> values) throws SQLException {
    if (values.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (String value : values) {
        statement.setString(bind(statement, 1), value);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  void run(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, 1);
      statement.executeUpdate();
    }
  }
}
