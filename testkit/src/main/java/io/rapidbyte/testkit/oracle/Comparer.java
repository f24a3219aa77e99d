package io.rapidbyte.testkit.oracle;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says whether a destination holds what the source holds, table by table: by count and by a hash
 * that does not depend on order; where they differ, by which keys.
 *
 * <p>Reads both sides over plain JDBC and spells every value in one way, whatever the database. A
 * million narrow rows take a few seconds a side.
 */
public final class Comparer {
  private static final int FETCH = 10_000;
  private static final int LISTED = 20;

  private final Connection source;
  private final Connection destination;

  /**
   * A comparer over two open connections, which stay the caller's.
   *
   * @param source a Postgres connection
   * @param destination Postgres or DuckDB
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
      String where) {}

  /**
   * How a table came out. Keys are listed up to a few; the counts are whole.
   *
   * @param missing keys only the source has
   * @param extra keys only the destination has
   * @param different keys whose rows differ
   */
  public record Verdict(
      String table,
      long sourceRows,
      long destinationRows,
      List<String> missing,
      List<String> extra,
      List<String> different) {
    /** Whether nothing differs. */
    public boolean inSync() {
      return sourceRows == destinationRows
          && missing.isEmpty()
          && extra.isEmpty()
          && different.isEmpty();
    }

    @Override
    public String toString() {
      return inSync()
          ? table + ": " + sourceRows + " rows, in sync"
          : String.format(
              "%s: source %,d rows, destination %,d; missing %s, extra %s, different %s",
              table, sourceRows, destinationRows, missing, extra, different);
    }
  }

  /** Compares one table. */
  public Verdict compare(Pair pair) throws SQLException {
    List<CanonicalValue.Reading> readings = readings(pair);
    Digest ofSource = digest(source, sourceSql(pair), readings);
    Digest ofDestination = digest(destination, destinationSql(pair), readings);
    if (ofSource.equals(ofDestination)) {
      return new Verdict(
          pair.sourceTable(), ofSource.rows, ofDestination.rows, List.of(), List.of(), List.of());
    }
    return difference(pair, readings);
  }

  /** The columns of a table of {@code public}-like plain names, in order. */
  public static List<String> columnsOf(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " LIMIT 0")) {
      ResultSetMetaData meta = rows.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        names.add('"' + meta.getColumnName(i).replace("\"", "\"\"") + '"');
      }
      return names;
    }
  }

  private static String sourceSql(Pair pair) {
    return "SELECT "
        + String.join(", ", pair.columns())
        + " FROM "
        + pair.sourceTable()
        + " WHERE "
        + pair.where();
  }

  private static String destinationSql(Pair pair) {
    return "SELECT " + String.join(", ", pair.columns()) + " FROM " + pair.destinationTable();
  }

  private List<CanonicalValue.Reading> readings(Pair pair) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet rows = statement.executeQuery(sourceSql(pair) + " LIMIT 0")) {
      ResultSetMetaData meta = rows.getMetaData();
      List<CanonicalValue.Reading> readings = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        readings.add(CanonicalValue.Reading.of(meta.getColumnTypeName(i)));
      }
      return readings;
    }
  }

  private record Digest(long rows, long sumHigh, long sumLow) {}

  @FunctionalInterface
  private interface RowVisitor {
    void row(List<String> values);
  }

  private static Digest digest(
      Connection connection, String sql, List<CanonicalValue.Reading> readings)
      throws SQLException {
    long[] sums = new long[3];
    visit(
        connection,
        sql,
        readings,
        values -> {
          ByteBuffer hash = ByteBuffer.wrap(md5(values));
          sums[0]++;
          sums[1] += hash.getLong();
          sums[2] += hash.getLong();
        });
    return new Digest(sums[0], sums[1], sums[2]);
  }

  private static void visit(
      Connection connection, String sql, List<CanonicalValue.Reading> readings, RowVisitor visitor)
      throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          List<String> values = new ArrayList<>(readings.size());
          for (int i = 0; i < readings.size(); i++) {
            values.add(CanonicalValue.read(rows, i + 1, readings.get(i)));
          }
          visitor.row(values);
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private Verdict difference(Pair pair, List<CanonicalValue.Reading> readings) throws SQLException {
    Map<String, List<String>> left = rows(source, sourceSql(pair), pair, readings);
    Map<String, List<String>> right = rows(destination, destinationSql(pair), pair, readings);
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    left.forEach(
        (key, values) -> {
          List<String> other = right.get(key);
          if (other == null) {
            missing.add(key);
          } else if (!other.equals(values)) {
            different.add(key + " " + firstDifference(pair, values, other));
          }
        });
    List<String> extra =
        right.keySet().stream()
            .filter(key -> !left.containsKey(key))
            .collect(Collectors.toCollection(ArrayList::new));
    return new Verdict(
        pair.sourceTable(),
        left.size(),
        right.size(),
        shortened(missing),
        shortened(extra),
        shortened(different));
  }

  private static String firstDifference(Pair pair, List<String> a, List<String> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i))) {
        return "(" + pair.columns().get(i) + ": " + brief(a.get(i)) + " / " + brief(b.get(i)) + ")";
      }
    }
    return "";
  }

  private static String brief(String value) {
    return value.length() <= 60 ? value : value.substring(0, 60) + "… of " + value.length();
  }

  private static List<String> shortened(List<String> keys) {
    if (keys.size() <= LISTED) {
      return List.copyOf(keys);
    }
    List<String> shown = new ArrayList<>(keys.subList(0, LISTED));
    shown.add("… " + keys.size() + " in all");
    return List.copyOf(shown);
  }

  private static Map<String, List<String>> rows(
      Connection connection, String sql, Pair pair, List<CanonicalValue.Reading> readings)
      throws SQLException {
    List<Integer> key = pair.key().stream().map(pair.columns()::indexOf).toList();
    Map<String, List<String>> rows = new HashMap<>();
    visit(
        connection,
        sql,
        readings,
        values -> {
          String name = key.stream().map(values::get).collect(Collectors.joining(", ", "(", ")"));
          while (rows.containsKey(name)) {
            name += " again";
          }
          rows.put(name, values);
        });
    return rows;
  }

  private static byte[] md5(List<String> values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      for (String value : values) {
        digest.update(value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has MD5", e);
    }
  }
}
