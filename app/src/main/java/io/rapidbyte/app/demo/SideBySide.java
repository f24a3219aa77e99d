package io.rapidbyte.app.demo;

import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.oracle.Comparer.Pair;
import io.rapidbyte.testkit.oracle.Comparer.Verdict;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Compares the shop's tables with the warehouse's, by testkit's comparer. */
final class SideBySide {
  private SideBySide() {}

  static List<Verdict> compare(Connection source, Connection warehouse, List<String> tables)
      throws SQLException {
    Comparer comparer = new Comparer(source, warehouse);
    List<Verdict> verdicts = new ArrayList<>();
    for (String table : tables) {
      String name = "public." + table;
      List<String> columns = Comparer.columnsOf(source, name);
      verdicts.add(comparer.compare(new Pair(name, name, columns, key(source, table), "true")));
    }
    return verdicts;
  }

  private static List<String> key(Connection source, String table) throws SQLException {
    DatabaseMetaData meta = source.getMetaData();
    TreeMap<Short, String> columns = new TreeMap<>();
    try (ResultSet rows = meta.getPrimaryKeys(null, "public", table)) {
      while (rows.next()) {
        columns.put(rows.getShort("KEY_SEQ"), '"' + rows.getString("COLUMN_NAME") + '"');
      }
    }
    return List.copyOf(columns.values());
  }
}
