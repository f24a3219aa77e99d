package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.bookkeeping.Bookkeeping;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Applies a group's steps to the stream's table, in the caller's transaction. */
final class StepWriter {
  /** A foreign key refers to the table; TRUNCATE is not granted. DELETE may do all the same. */
  private static final Set<String> NOT_TRUNCATABLE = Set.of("0A000", "42501");

  private final TableWriter table;
  private final Bookkeeping bookkeeping;
  private final SqlErrors errors;

  StepWriter(TableWriter table, Bookkeeping bookkeeping, SqlErrors errors) {
    this.errors = errors;
    this.table = table;
    this.bookkeeping = bookkeeping;
  }

  /** Claims a partition of the stream. */
  Claim claim(Connection connection, PartitionId partition) throws SQLException {
    return bookkeeping.claim(connection, partition, table.name(), table.stream());
  }

  /**
   * Applies all steps; returns rows for which the transaction must be undone, none if it need not.
   */
  List<RefusedRow> apply(Connection connection, Group group, Effort effort) throws SQLException {
    List<RefusedRow> refused = new ArrayList<>();
    int firstRow = 0;
    for (Step step : group.steps()) {
      switch (step) {
        case Step.Rows rows -> {
          for (RefusedRow row : rows(connection, rows, group.partition(), effort)) {
            refused.add(new RefusedRow(firstRow + row.row(), row.error()));
          }
          firstRow += rows.rowCount();
        }
        case Step.SchemaChange(var shape) -> {
          // A generation begins with one. Were it taken while the table is gone, the generation
          // would count as held, and no resync would be waited for any more.
          table.lookAgain();
          table.ready(connection, shape);
        }
        case Step.Truncate truncate -> truncate(connection, truncate, group.partition());
        case Step.SnapshotEnd end -> endSnapshot(connection, end, group.partition());
      }
      if (!refused.isEmpty()) {
        return refused;
      }
    }
    return refused;
  }

  private List<RefusedRow> rows(
      Connection connection, Step.Rows step, PartitionId partition, Effort effort)
      throws SQLException {
    TableSql sql = table.ready(connection, step.shape()).sql();
    StepRows rows = new StepRows(step);
    return sql.mode() == WriteMode.APPEND
        ? new AppendLoad(connection, table, sql, rows, partition.partition()).apply()
        : new UpsertLoad(connection, table, sql, rows, partition.partition(), errors).apply(effort);
  }

  private void truncate(Connection connection, Step.Truncate step, PartitionId partition)
      throws SQLException {
    TableSql sql = table.ready(connection, step.shape()).sql();
    if (sql.mode() == WriteMode.APPEND) {
      return;
    }
    if (sql.partitioned()) {
      truncatePartition(connection, sql, partition.partition(), step.at());
    } else {
      truncateAll(connection, sql);
    }
  }

  private static void truncatePartition(
      Connection connection, TableSql sql, int partition, Position at) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql.truncatePartition())) {
      delete.setInt(1, partition);
      delete.setString(2, at.lsn().toString());
      delete.setString(3, at.lsn().toString());
      delete.setLong(4, Integer.toUnsignedLong(at.ordinal()));
      delete.executeUpdate();
    }
  }

  private static void truncateAll(Connection connection, TableSql sql) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql.truncate());
    } catch (SQLException e) {
      if (!NOT_TRUNCATABLE.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      connection.rollback(before);
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql.deleteEverything());
      }
    }
  }

  private void endSnapshot(Connection connection, Step.SnapshotEnd end, PartitionId partition)
      throws SQLException {
    TableSql sql = table.ready(connection, end.shape()).sql();
    int ended = bookkeeping.endGeneration(connection, partition, end.generation());
    if (end.generation() <= 1) {
      return;
    }
    boolean append = sql.mode() == WriteMode.APPEND;
    try (PreparedStatement delete =
        connection.prepareStatement(append ? sql.deleteUnfinished() : sql.deleteOlder())) {
      int next = 1;
      if (append) {
        delete.setInt(next++, ended);
      }
      delete.setInt(next++, end.generation());
      if (sql.partitioned()) {
        delete.setInt(next, partition.partition());
      }
      delete.executeUpdate();
    }
  }

  /** Gives the table up, so that it may be created anew. */
  void disown(Connection connection) throws SQLException {
    table.disown(connection);
  }

  /** The transaction is durable. */
  void committed() {
    table.committed();
  }

  /** The transaction is undone. */
  void rolledBack() {
    table.rolledBack();
  }

  /** What was known of the table holds no longer. */
  void forget() {
    table.forget();
  }

  /** Whether anything was known of the table before the transaction. */
  boolean remembers() {
    return table.remembers();
  }
}
