package io.rapidbyte.app.demo;

import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.oracle.Comparer.Pair;
import io.rapidbyte.testkit.oracle.Comparer.Verdict;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Compares the shop's tables with the warehouse's, by testkit's comparer; customers with what the
 * module {@code mask-email} shall make of them.
 */
final class SideBySide {
  private static final String CUSTOMERS = "public.customers";

  /** The module's rule once more, in SQL. */
  private static final String MASKED =
      """
      CREATE TEMPORARY VIEW masked_customers AS
      SELECT id, left(email, 1) || '***@' || split_part(email, '@', 2) AS email,
             name, country, tags, active, born, created_at
      FROM public.customers WHERE email NOT LIKE '%@test.example'
      """;

  private SideBySide() {}

  static List<Verdict> compare(Connection source, Connection warehouse, List<String> tables)
      throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute(MASKED);
    }
    Comparer comparer = new Comparer(source, warehouse);
    List<Verdict> verdicts = new ArrayList<>();
    for (String table : tables) {
      String name = "public." + table;
      List<String> columns = Comparer.columnsOf(source, name);
      verdicts.add(
          name.equals(CUSTOMERS)
              ? comparer
                  .compare(pair("masked_customers", name, columns, key(source, table)))
                  .named(CUSTOMERS + ", masked")
              : comparer.compare(pair(name, name, columns, key(source, table))));
    }
    return verdicts;
  }

  private static Pair pair(String from, String to, List<String> columns, List<String> key) {
    return new Pair(from, to, columns, key, "true");
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
