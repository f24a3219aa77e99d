package io.rapidbyte.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparerTest {
  /** A value as Postgres and as DuckDB write it; both must be found the same. */
  private record Case(String postgres, String duckDb) {}

  private static final List<Case> SAME =
      List.of(
          new Case("1.50::numeric(10,4)", "1.50::DECIMAL(10,4)"),
          new Case("'NaN'::numeric", "'NaN'"),
          new Case("1.500::numeric", "'1.500'"),
          new Case("0.000::numeric(5,3)", "0::DECIMAL(5,3)"),
          new Case("1.1::float4", "1.1::FLOAT"),
          new Case("'-infinity'::float8", "'-infinity'::DOUBLE"),
          new Case("32000::int2", "32000::SMALLINT"),
          new Case("true", "true"),
          new Case("'\\x00ff'::bytea", "'\\x00\\xFF'::BLOB"),
          new Case(
              "'2024-02-29 23:59:59.999999'::timestamp", "TIMESTAMP '2024-02-29 23:59:59.999999'"),
          new Case("'infinity'::timestamp", "TIMESTAMP 'infinity'"),
          new Case(
              "'2024-02-29 23:59:59+05:30'::timestamptz", "TIMESTAMPTZ '2024-02-29 18:29:59+00'"),
          new Case("'-infinity'::timestamptz", "TIMESTAMPTZ '-infinity'"),
          new Case("'0044-03-15 BC'::date", "DATE '0044-03-15 (BC)'"),
          new Case("'infinity'::date", "DATE 'infinity'"),
          new Case("'24:00:00'::time", "TIME '24:00:00'"),
          new Case("'12:34:56.123456'::time", "TIME '12:34:56.123456'"),
          new Case("'12:34:56+02'::timetz", "'12:34:56+02'"),
          new Case(
              "'1 year 2 mons -3 days 04:05:06.789'::interval",
              "INTERVAL '1 year 2 months -3 days 04:05:06.789'"),
          new Case("'-1.5 seconds'::interval", "INTERVAL '-1.5 seconds'"),
          new Case(
              "'c5ff3b5e-9d0a-4b0e-8c38-0a1d5b7c9e11'::uuid",
              "'c5ff3b5e-9d0a-4b0e-8c38-0a1d5b7c9e11'::UUID"),
          new Case("'{\"b\": 1.0, \"a\": [1, 2.50]}'::jsonb", "'{\"a\":[1,2.5],\"b\":1}'::JSON"),
          new Case("ARRAY['t', NULL, 'x y']", "['t', NULL, 'x y']"),
          new Case("ARRAY[1.50, NULL]::numeric(5,2)[]", "[1.50, NULL]::DECIMAL(5,2)[]"),
          new Case(
              "ARRAY['2024-02-29 23:59:59.5+00'::timestamptz]",
              "[TIMESTAMPTZ '2024-02-29 23:59:59.5+00']"),
          new Case(
              "ARRAY['2024-02-29 23:59:59.5'::timestamp]", "[TIMESTAMP '2024-02-29 23:59:59.5']"),
          new Case("ARRAY['2024-01-01'::date]", "[DATE '2024-01-01']"),
          new Case("ARRAY[[1, 2], [3, 4]]", "'{{1,2},{3,4}}'"),
          new Case(
              "ROW(1, 'a \"b\"', NULL, true)::four",
              "{'a': 1, 'b': 'a \"b\"', 'c': NULL::INTEGER, 'd': true}"),
          new Case("B'101'::bit(3)", "'101'"),
          new Case("'10.0.0.1/8'::inet", "'10.0.0.1/8'"),
          new Case("'Über № \\ \"'::text", "'Über № \\ \"'"),
          new Case("NULL::timestamptz", "NULL::TIMESTAMPTZ"),
          new Case("NULL::int", "NULL::INTEGER"),
          new Case("NULL::float8", "NULL::DOUBLE"),
          new Case("NULL::bytea", "NULL::BLOB"));

  @Test
  void aValueIsTheSameInPostgresAndInDuckDb() throws Exception {
    try (TestDatabase database = SharedPostgres.database();
        Connection source = database.connect();
        Connection warehouse = DriverManager.getConnection("jdbc:duckdb:");
        Statement left = source.createStatement();
        Statement right = warehouse.createStatement()) {
      left.execute("CREATE TYPE four AS (a int, b text, c int, d boolean)");
      List<String> wrong = new ArrayList<>();
      for (Case one : SAME) {
        left.execute("DROP TABLE IF EXISTS t");
        right.execute("DROP TABLE IF EXISTS t");
        left.execute("CREATE TABLE t AS SELECT 1 AS id, " + one.postgres() + " AS v");
        right.execute("CREATE TABLE t AS SELECT 1 AS id, " + one.duckDb() + " AS v, 7 AS _rb_lsn");
        Comparer.Pair pair = new Comparer.Pair("t", "t", List.of("id", "v"), List.of("id"), "true");
        Comparer.Verdict verdict = new Comparer(source, warehouse).compare(pair);
        if (!verdict.inSync()) {
          wrong.add(one + " " + verdict);
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void everyKindOfDifferenceIsNamedByItsKey() throws Exception {
    try (TestDatabase database = SharedPostgres.database();
        Connection source = database.connect();
        Connection copy = database.connect()) {
      database.execute(
          "CREATE TABLE t (a int, b text, v text, PRIMARY KEY (a, b))",
          "INSERT INTO t SELECT i, 'k' || i % 3, 'v' || i FROM generate_series(1, 50000) i",
          "CREATE TABLE u AS SELECT * FROM t",
          "DELETE FROM u WHERE a = 17",
          "UPDATE u SET v = NULL WHERE a = 18",
          "INSERT INTO u VALUES (-1, 'new', 'x')",
          "INSERT INTO u SELECT * FROM t WHERE a = 19");
      Comparer.Verdict verdict =
          new Comparer(source, copy).compare(Comparer.Pair.whole(source, "t", "u"));
      assertThat(verdict.inSync()).isFalse();
      assertThat(verdict.complete()).isTrue();
      assertThat(verdict.sourceRows()).isEqualTo(50_000);
      assertThat(verdict.destinationRows()).isEqualTo(50_001);
      assertThat(verdict.missing()).containsExactly("(17, k2)");
      assertThat(verdict.extra()).containsExactlyInAnyOrder("(-1, new)", "(19, k1) #2");
      assertThat(verdict.different())
          .containsExactly(new Comparer.Verdict.Difference("(18, k0)", "\"v\"", "v18", "␀"));
    }
  }

  @Test
  void aTableThatIsAllDifferentIsNotReadIntoMemory() throws Exception {
    try (TestDatabase database = SharedPostgres.database();
        Connection source = database.connect();
        Connection copy = database.connect()) {
      database.execute(
          "CREATE TABLE t AS SELECT i AS id, 'a' AS v FROM generate_series(1, 300000) i",
          "CREATE TABLE u AS SELECT id, 'b' AS v FROM t");
      Comparer.Verdict verdict =
          new Comparer(source, copy)
              .compare(new Comparer.Pair("t", "u", List.of("id", "v"), List.of("id"), "true"));
      assertThat(verdict.inSync()).isFalse();
      assertThat(verdict.complete()).isFalse();
      assertThat(verdict.different()).hasSizeLessThan(200_000);
    }
  }
}
