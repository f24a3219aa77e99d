package io.rapidbyte.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One side of a pair; reads its table in one pass, in a transaction that it rolls back. */
record TableSide(
    Connection connection, Comparer.Pair pair, List<ColumnReading> readings, boolean isSource) {
  private static final int FETCH = 10_000;

  @FunctionalInterface
  private interface RowVisitor {
    void row(String key, List<String> values);
  }

  TableDigest digest() throws SQLException {
    TableDigest digest = new TableDigest();
    MessageDigest md5 = md5();
    visit((key, values) -> digest.add(TableDigest.bucket(key), hash(md5, values)));
    return digest;
  }

  Map<String, List<String>> rows(BitSet buckets) throws SQLException {
    Map<String, List<String>> rows = new HashMap<>();
    visit(
        (key, values) -> {
          if (buckets.get(TableDigest.bucket(key))) {
            String name = key;
            for (int n = 2; rows.containsKey(name); n++) {
              name = key + " #" + n;
            }
            rows.put(name, values);
          }
        });
    return rows;
  }

  private String sql() {
    List<String> expressions = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      expressions.add(readings.get(i).expression(pair.columns().get(i)));
    }
    String select = "SELECT " + String.join(", ", expressions) + " FROM ";
    return isSource
        ? select + pair.sourceTable() + " WHERE " + pair.where()
        : select + pair.destinationTable();
  }

  private void visit(RowVisitor visitor) throws SQLException {
    List<Integer> key = pair.key().stream().map(pair.columns()::indexOf).toList();
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery(sql())) {
        while (rows.next()) {
          List<String> values = new ArrayList<>(readings.size());
          for (int i = 0; i < readings.size(); i++) {
            values.add(readings.get(i).read(rows, i + 1));
          }
          visitor.row(
              name(key.isEmpty() ? values : key.stream().map(values::get).toList()), values);
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private static String name(List<String> key) {
    return "(" + String.join(", ", key) + ")";
  }

  private static byte[] hash(MessageDigest md5, List<String> values) {
    for (String value : values) {
      md5.update(value.getBytes(UTF_8));
      md5.update((byte) 0);
    }
    return md5.digest();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has MD5", e);
    }
  }
}
