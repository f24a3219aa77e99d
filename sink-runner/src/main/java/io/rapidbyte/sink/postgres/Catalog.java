package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a table looks like in the destination's catalog. */
final class Catalog {
  private Catalog() {}

  /**
   * A table as it is.
   *
   * @param columns types by name, as {@code format_type} prints them, in the table's order
   * @param uniqueKeys sets of columns on which ON CONFLICT may be asked
   */
  record Existing(Map<String, String> columns, Set<Set<String>> uniqueKeys) {}

  /** Looks a table up; empty where there is none. */
  static Optional<Existing> find(Connection connection, TableName table) throws SQLException {
    return find(connection, table.quoted());
  }

  /** The types that a stream wants, as the catalog prints what it was asked for. */
  static Map<String, String> wantedTypes(Connection connection) throws SQLException {
    return find(connection, TableSql.WANTED).map(Existing::columns).orElse(Map.of());
  }

  private static Optional<Existing> find(Connection connection, String quoted) throws SQLException {
    String sql =
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_attribute a
        WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """;
    Map<String, String> columns = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, quoted);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          columns.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return columns.isEmpty()
        ? Optional.empty()
        : Optional.of(new Existing(columns, uniqueKeys(connection, quoted)));
  }

  private static Set<Set<String>> uniqueKeys(Connection connection, String quoted)
      throws SQLException {
    String sql =
        """
        SELECT i.indexrelid, a.attname
        FROM pg_index i
        JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) ON k.place <= i.indnkeyatts
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indisvalid AND i.indimmediate
          AND i.indpred IS NULL AND i.indexprs IS NULL
        """;
    Map<Long, Set<String>> byIndex = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, quoted);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          byIndex.computeIfAbsent(rows.getLong(1), index -> new HashSet<>()).add(rows.getString(2));
        }
      }
    }
    return Set.copyOf(byIndex.values());
  }

  /** Whether there is such a schema. */
  static boolean hasSchema(Connection connection, String schema) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT FROM pg_namespace WHERE nspname = ?")) {
      select.setString(1, schema);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }
}
