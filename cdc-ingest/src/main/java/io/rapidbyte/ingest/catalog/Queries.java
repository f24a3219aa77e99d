package io.rapidbyte.ingest.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Catalog queries as lists of records. */
public final class Queries {
  /** Reads the row on which the cursor stands. */
  public interface Reader<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  private Queries() {}

  public static <T extends @Nullable Object> List<T> all(
      Connection connection, String sql, Reader<T> reader, Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        bind(connection, statement, i + 1, arguments[i]);
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
      return rows;
    }
  }

  public static <T extends @Nullable Object> T one(
      Connection connection, String sql, Reader<T> reader, Object... arguments)
      throws SQLException {
    List<T> rows = all(connection, sql, reader, arguments);
    if (rows.size() != 1) {
      throw new NoSuchElementException(rows.size() + " rows where one is expected: " + sql);
    }
    return rows.get(0);
  }

  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void bind(
      Connection connection, PreparedStatement statement, int index, Object argument)
      throws SQLException {
    if (argument instanceof Collection<?> oids) {
      statement.setArray(index, connection.createArrayOf("oid", oids.toArray()));
    } else {
      statement.setObject(index, argument);
    }
  }

  /**
   * An OID column; OIDs are unsigned, {@link io.rapidbyte.schemas.type.PgType} keeps their bits.
   */
  public static int oid(ResultSet row, String column) throws SQLException {
    return (int) row.getLong(column);
  }

  /** A text[] column; empty where it is NULL. */
  public static List<String> texts(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    if (array == null) {
      return List.of();
    }
    return List.of((String[]) array.getArray());
  }

  /** A "char" column. */
  public static char letter(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null || text.isEmpty() ? ' ' : text.charAt(0);
  }
}
