package io.rapidbyte.testkit.oracle;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * Says whether a destination holds what the source holds, table by table: by count and by a hash
 * that does not depend on order; where they differ, by which keys.
 *
 * <p>Reads both sides over plain JDBC and spells every value in one way, whatever the database.
 * Columns that only the destination has are not looked at. A million narrow rows take a few
 * seconds; memory grows with the rows that differ, not with the table. For one thread.
 */
public final class Comparer {
  private static final long EXAMINED_ROWS = 200_000;

  private final Connection source;
  private final Connection destination;

  /**
   * A comparer over two open connections, which stay the caller's; their open transactions, if any,
   * are rolled back.
   *
   * @param source a Postgres connection
   * @param destination a connection of its own, to Postgres or DuckDB
   */
  public Comparer(Connection source, Connection destination) {
    this.source = source;
    this.destination = destination;
  }

  /**
   * What is compared.
   *
   * @param sourceTable as SQL names it in the source, quoted where needed
   * @param destinationTable as SQL names it in the destination
   * @param columns compared, as SQL names them on both sides
   * @param key the columns among them that identify a row
   * @param where a condition for the source's rows, or {@code true}
   */
  public record Pair(
      String sourceTable,
      String destinationTable,
      List<String> columns,
      List<String> key,
      String where) {
    public Pair {
      columns = List.copyOf(columns);
      key = List.copyOf(key);
    }

    /** A whole table: all its columns, its primary key, all its rows. */
    public static Pair whole(Connection source, String sourceTable, String destinationTable)
        throws SQLException {
      return new Pair(
          sourceTable,
          destinationTable,
          columnsOf(source, sourceTable),
          keyOf(source, sourceTable),
          "true");
    }

    /** The same without some columns, named as in {@link #columns}. */
    public Pair without(String... left) {
      List<String> fewer = new ArrayList<>(columns);
      fewer.removeAll(List.of(left));
      return new Pair(sourceTable, destinationTable, fewer, key, where);
    }

    /** The same for some of the source's rows. */
    public Pair where(String condition) {
      return new Pair(sourceTable, destinationTable, columns, key, condition);
    }
  }

  /** The columns of a table, in order, quoted. */
  public static List<String> columnsOf(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " LIMIT 0")) {
      ResultSetMetaData meta = rows.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        names.add(quoted(meta.getColumnName(i)));
      }
      return names;
    }
  }

  /** The columns of a Postgres table's primary key, in its order, quoted. */
  public static List<String> keyOf(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, n),"
                    + " pg_attribute a WHERE i.indisprimary AND a.attrelid = i.indrelid"
                    + " AND a.attnum = k.attnum AND i.indrelid = "
                    + statement.enquoteLiteral(table)
                    + "::regclass ORDER BY k.n")) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(quoted(rows.getString(1)));
      }
      return names;
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Compares one table.
   *
   * @throws SQLException where a side cannot be read, such as a column that is missing there
   */
  public Verdict compare(Pair pair) throws SQLException {
    List<ColumnReading> readings = readings(pair);
    TableSide left = new TableSide(source, pair, readings, true);
    TableSide right = new TableSide(destination, pair, readings, false);
    FutureTask<TableDigest> other = new FutureTask<>(left::digest);
    Thread.ofPlatform().daemon().name("comparer-source").start(other);
    TableDigest ofRight = right.digest();
    TableDigest ofLeft = finished(other);
    BitSet differing = ofLeft.differing(ofRight);
    if (differing.isEmpty()) {
      return new Verdict(
          pair.sourceTable(), ofLeft.rows(), ofRight.rows(), List.of(), List.of(), List.of(), true);
    }
    BitSet examined = bounded(differing, ofLeft, ofRight);
    boolean complete = examined.cardinality() == differing.cardinality();
    return difference(
        pair, new Sides(left.rows(examined), right.rows(examined)), ofLeft, ofRight, complete);
  }

  private static TableDigest finished(FutureTask<TableDigest> task) throws SQLException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SQLException sql ? sql : new SQLException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while comparing", e);
    }
  }

  private static BitSet bounded(BitSet differing, TableDigest left, TableDigest right) {
    BitSet examined = new BitSet();
    long rows = 0;
    for (int b = differing.nextSetBit(0); b >= 0; b = differing.nextSetBit(b + 1)) {
      rows += left.rowsIn(b) + right.rowsIn(b);
      if (rows > EXAMINED_ROWS && !examined.isEmpty()) {
        break;
      }
      examined.set(b);
    }
    return examined;
  }

  private List<ColumnReading> readings(Pair pair) throws SQLException {
    List<String> ofSource = types(source, pair.sourceTable(), pair.columns());
    List<String> ofDestination = types(destination, pair.destinationTable(), pair.columns());
    List<ColumnReading> readings = new ArrayList<>();
    for (int i = 0; i < ofSource.size(); i++) {
      readings.add(ColumnReading.of(ofSource.get(i), ofDestination.get(i)));
    }
    return readings;
  }

  private static List<String> types(Connection connection, String table, List<String> columns)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT " + String.join(", ", columns) + " FROM " + table + " LIMIT 0")) {
      ResultSetMetaData meta = rows.getMetaData();
      List<String> types = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        types.add(meta.getColumnTypeName(i));
      }
      return types;
    }
  }

  /** Both sides' rows of the buckets examined, by key. */
  private record Sides(Map<String, List<String>> left, Map<String, List<String>> right) {}

  private static Verdict difference(
      Pair pair, Sides sides, TableDigest ofLeft, TableDigest ofRight, boolean complete) {
    List<String> missing = new ArrayList<>();
    List<Verdict.Difference> different = new ArrayList<>();
    sides.left.forEach(
        (key, values) -> {
          List<String> other = sides.right.get(key);
          if (other == null) {
            missing.add(key);
          } else if (!other.equals(values)) {
            different.add(firstDifference(pair, key, values, other));
          }
        });
    List<String> extra =
        sides.right.keySet().stream()
            .filter(key -> !sides.left.containsKey(key))
            .collect(Collectors.toList());
    return new Verdict(
        pair.sourceTable(), ofLeft.rows(), ofRight.rows(), missing, extra, different, complete);
  }

  private static Verdict.Difference firstDifference(
      Pair pair, String key, List<String> a, List<String> b) {
    int i = 0;
    while (a.get(i).equals(b.get(i))) {
      i++;
    }
    return new Verdict.Difference(key, pair.columns().get(i), a.get(i), b.get(i));
  }

  /**
   * How a table came out. Keys are spelled {@code (a, b)}.
   *
   * @param sourceRows all rows of the source that were compared
   * @param destinationRows all rows of the destination
   * @param missing keys only the source has
   * @param extra keys only the destination has, and those it has more than once
   * @param different rows that differ
   * @param complete whether every difference is listed; not so where there are very many
   */
  public record Verdict(
      String table,
      long sourceRows,
      long destinationRows,
      List<String> missing,
      List<String> extra,
      List<Difference> different,
      boolean complete) {
    private static final int SHOWN = 10;

    /** The same, said of another name. */
    public Verdict named(String name) {
      return new Verdict(name, sourceRows, destinationRows, missing, extra, different, complete);
    }

    /**
     * A row that both have and that is not the same.
     *
     * @param column the first column that differs
     */
    public record Difference(String key, String column, String source, String destination) {
      @Override
      public String toString() {
        return key + " (" + column + ": " + brief(source) + " / " + brief(destination) + ")";
      }

      private static String brief(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "… of " + value.length();
      }
    }

    /** Whether nothing differs. */
    public boolean inSync() {
      return complete
          && sourceRows == destinationRows
          && missing.isEmpty()
          && extra.isEmpty()
          && different.isEmpty();
    }

    /** One line for a person, with a few keys of each kind. */
    @Override
    public String toString() {
      return inSync()
          ? String.format("%s: %,d rows, in sync", table, sourceRows)
          : String.format(
              "%s: source %,d rows, destination %,d; missing %s, extra %s, different %s%s",
              table,
              sourceRows,
              destinationRows,
              shown(missing),
              shown(extra),
              shown(different),
              complete ? "" : "; more differ");
    }

    private static String shown(List<?> all) {
      return all.size() <= SHOWN
          ? all.toString()
          : all.subList(0, SHOWN) + " … " + all.size() + " in all";
    }
  }
}
