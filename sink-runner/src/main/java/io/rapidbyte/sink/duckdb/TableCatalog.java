package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.sink.bookkeeping.Owner;
import io.rapidbyte.sink.bookkeeping.Owners;
import io.rapidbyte.sink.destination.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Brings a table to its shape, in a transaction of its own. One at a time in a file, since DuckDB
 * answers concurrent catalog changes with conflicts; repeatable, since it may be killed behind it.
 */
final class TableCatalog {
  private final ReentrantLock lock = new ReentrantLock();

  /** Leaves the connection outside of a transaction. True where anything was changed. */
  boolean reconcile(Connection connection, Owners owners, TargetTable table, TableShape shape)
      throws SQLException {
    lock.lock();
    try {
      List<String> statements = statements(connection, owners, table, shape);
      for (String sql : statements) {
        execute(connection, sql);
      }
      connection.commit();
      return !statements.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private static List<String> statements(
      Connection connection, Owners owners, TargetTable table, TableShape shape)
      throws SQLException {
    Map<String, String> wanted = TableLayout.wanted(table, shape);
    Map<String, String> columns = columns(connection, table);
    Owner us = owners.ours(table.target().stream());
    Optional<Owner> owner = owners.find(connection, table.name());
    if (owner.isPresent() && !owner.get().equals(us)) {
      throw TableLayout.taken(table, owner.get());
    }
    if (columns.isEmpty() && owner.isPresent()) {
      throw new RapidbyteException(Owners.dropped(table.name()));
    }
    if (owner.isEmpty()) {
      owners.own(connection, table.name(), us.stream());
    }
    if (columns.isEmpty()) {
      return TableLayout.create(table, shape);
    }
    var existing = new TableLayout.Existing(columns, comment(connection, table));
    return TableLayout.change(table, spelled(connection, wanted), existing);
  }

  private static Map<String, String> columns(Connection connection, TargetTable table)
      throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    String sql =
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND"
            + " lower(schema_name) = lower(?) AND lower(table_name) = lower(?) ORDER BY"
            + " column_index";
    try (PreparedStatement statement = named(connection, sql, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        columns.put(rows.getString(1), rows.getString(2));
      }
    }
    return columns;
  }

  private static Optional<String> comment(Connection connection, TargetTable table)
      throws SQLException {
    String sql =
        "SELECT comment FROM duckdb_tables() WHERE database_name = ? AND"
            + " lower(schema_name) = lower(?) AND lower(table_name) = lower(?)";
    try (PreparedStatement statement = named(connection, sql, table);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }

  private static PreparedStatement named(Connection connection, String sql, TargetTable table)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, table.catalog());
    statement.setString(2, table.name().schema());
    statement.setString(3, table.name().table());
    return statement;
  }

  /** The same types as the catalog spells them. */
  private static Map<String, String> spelled(Connection connection, Map<String, String> types)
      throws SQLException {
    String sql =
        types.values().stream()
            .map(type -> "typeof(CAST(NULL AS " + type + "))")
            .collect(Collectors.joining(", ", "SELECT ", ""));
    Map<String, String> spelled = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      int column = 1;
      for (String name : types.keySet()) {
        spelled.put(name, row.getString(column++));
      }
    }
    return spelled;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
