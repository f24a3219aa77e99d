package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.stream.StreamSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A DuckDB file while no sink has it open. */
record Warehouse(Path file) {
  /** Rows of a stream with id, name and big, joined by bars, in the key's order. */
  List<String> rows(StreamSchema stream) {
    return query(
        "SELECT concat_ws('|', id, coalesce(name, 'null'), coalesce(big, 'null')) FROM warehouse."
            + stream.table().quoted()
            + " ORDER BY id");
  }

  /** The first column of all rows. */
  List<String> query(String sql) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }

  void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + file);
  }
}
