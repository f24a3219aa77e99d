package io.rapidbyte.sink.duckdb;

import io.rapidbyte.sink.destination.Queryable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One SELECT for a person, in a transaction that cannot write. */
record ReadOnlyQuery(Connection connection) {
  Queryable.Result run(String sql, int maxRows, Duration timeout) throws SQLException {
    requireSelect(sql);
    new Statements(connection).execute("BEGIN TRANSACTION READ ONLY");
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
      try (ResultSet rows = statement.executeQuery(sql)) {
        return read(rows, maxRows);
      }
    } finally {
      new Statements(connection).execute("ROLLBACK");
    }
  }

  /** COPY and ATTACH write files even where a transaction cannot write tables. */
  private void requireSelect(String sql) throws SQLException {
    String check =
        "SELECT json_extract_string(plan, '$.error'), json_array_length(plan, '$.statements'),"
            + " json_extract_string(plan, '$.error_message') FROM (SELECT json_serialize_sql(?) AS"
            + " plan)";
    try (PreparedStatement statement = connection.prepareStatement(check)) {
      statement.setString(1, sql);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          throw DuckDbErrors.notAQuery(String.valueOf(row.getString(3)));
        }
        if (row.getInt(2) != 1) {
          throw DuckDbErrors.notAQuery("one SELECT at a time, please");
        }
      }
    }
  }

  private static Queryable.Result read(ResultSet rows, int maxRows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(meta.getColumnLabel(i));
    }
    List<List<@Nullable String>> values = new ArrayList<>();
    while (rows.next()) {
      if (values.size() == maxRows) {
        return new Queryable.Result(columns, values, true);
      }
      List<@Nullable String> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(rows.getString(i));
      }
      values.add(row);
    }
    return new Queryable.Result(columns, values, false);
  }
}
