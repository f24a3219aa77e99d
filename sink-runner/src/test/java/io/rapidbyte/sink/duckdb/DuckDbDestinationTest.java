package io.rapidbyte.sink.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.contract.DestinationContract;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Queryable;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DuckDbDestinationTest extends DestinationContract {
  @TempDir Path directory;

  @Override
  public Destination open() {
    Destination destination =
        new DuckDbDestination("shop", "warehouse", directory.resolve("public.duckdb"), allocator());
    destination.open();
    return destination;
  }

  private Queryable queryable() {
    return (Queryable) destination();
  }

  @Override
  public List<List<@Nullable String>> read(String schema, String table, String... columns) {
    String list =
        Arrays.stream(columns)
            .map(name -> "CAST(" + TableName.quote(name) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    String from = "\"public\"." + new TableName(schema, table).quoted();
    return queryable()
        .query("SELECT " + list + " FROM " + from + " ORDER BY ALL", 10_000, Duration.ofSeconds(20))
        .rows();
  }

  @Override
  public void execute(String sql) {
    destination().close();
    outside(sql);
    destination().open();
  }

  @Override
  public void damage(String sql) {
    outside(sql);
  }

  private void outside(String sql) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("public.duckdb"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void refuseBadNames() {
    outside(
        "CREATE TABLE \"public\".\"public\".swap AS FROM \"public\".\"public\".items;DROP TABLE"
            + " \"public\".\"public\".items;CREATE TABLE \"public\".\"public\".items (id BIGINT,"
            + " name VARCHAR CHECK (name <> 'bad'), big VARCHAR, _rb_generation INTEGER, _rb_lsn"
            + " UBIGINT, _rb_ordinal UINTEGER);COMMENT ON TABLE \"public\".\"public\".items IS"
            + " 'rapidbyte stream public.items'");
  }

  @Override
  public void dropItems() {
    outside("DROP TABLE \"public\".\"public\".items");
  }

  private static TypeRoundTrip type(int oid, String name, String value, String read) {
    return new TypeRoundTrip(TestStream.base(oid, name), value, read);
  }

  @Override
  public List<TypeRoundTrip> typeRoundTrips() {
    PgType numeric = new PgType.Base(1700, "numeric", (18 << 16 | 2) + 4);
    return List.of(
        type(16, "boolean", "t", "true"),
        type(21, "smallint", "-7", "-7"),
        type(23, "integer", "2147483647", "2147483647"),
        type(20, "bigint", "-9223372036854775808", "-9223372036854775808"),
        type(700, "real", "1.5", "1.5"),
        type(701, "double precision", "NaN", "nan"),
        new TypeRoundTrip(numeric, "-1234567890123456.78", "-1234567890123456.78"),
        type(
            1700,
            "numeric",
            "123456789012345678901234567890.123456789012345678901234567890",
            "123456789012345678901234567890.123456789012345678901234567890"),
        type(25, "text", "ü 😀 'x' \"y\"", "ü 😀 'x' \"y\""),
        type(17, "bytea", "\\x00ff41", "\\x00\\xFFA"),
        type(1082, "date", "2024-02-29", "2024-02-29"),
        type(1083, "time without time zone", "23:59:59.999999", "23:59:59.999999"),
        type(
            1114,
            "timestamp without time zone",
            "2024-02-29 12:34:56.789012",
            "2024-02-29 12:34:56.789012"),
        type(
            1184,
            "timestamp with time zone",
            "2024-02-29 12:34:56.789012+00",
            "2024-02-29 12:34:56.789012+00"),
        type(1186, "interval", "1 year 2 mons 3 days 04:05:06", "1 year 2 months 3 days 04:05:06"),
        type(
            2950,
            "uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        type(3802, "jsonb", "{\"a\": [1, null]}", "{\"a\": [1, null]}"),
        new TypeRoundTrip(
            new PgType.Array(1007, "integer[]", TestStream.INT4, 1), "{1,NULL,3}", "[1, NULL, 3]"),
        new TypeRoundTrip(
            new PgType.Composite(
                90_001,
                "pair",
                List.of(
                    new PgType.Attribute("x", TestStream.INT4),
                    new PgType.Attribute("Y y", TestStream.TEXT))),
            "(1,\"b c\")",
            "{'x': 1, 'Y y': b c}"),
        new TypeRoundTrip(new PgType.Enumeration(90_002, "mood", List.of("sad", "ok")), "ok", "ok"),
        type(90_003, "hstore", "\"a\"=>\"1\", \"b\"=>NULL", "{a=1, b=NULL}"),
        new TypeRoundTrip(new PgType.Base(90_004, "vector", 3), "[1,2,3]", "[1.0, 2.0, 3.0]"),
        type(869, "inet", "10.0.0.1", "10.0.0.1"));
  }

  @Test
  void infiniteTimesStayInfinite() {
    StreamSchema times =
        TestStream.of(
            "public",
            "times",
            1,
            List.of("id"),
            TestStream.column("id", TestStream.INT8),
            TestStream.column("d", TestStream.base(1082, "date")),
            TestStream.column("ts", TestStream.base(1114, "timestamp without time zone")),
            TestStream.column("tz", TestStream.base(1184, "timestamp with time zone")));
    Harness harness = upsert(times);
    assertThat(
            harness.apply(
                Harness.rows(
                    TestBatch.at(times, 1)
                        .insert("1", "infinity", "infinity", "infinity")
                        .insert("2", "-infinity", "-infinity", "-infinity"))))
        .isEqualTo(new Applied.Committed());
    assertThat(read("public", "times", "id", "d", "ts", "tz"))
        .containsExactly(
            List.of("1", "infinity", "infinity", "infinity"),
            List.of("2", "-infinity", "-infinity", "-infinity"));
  }

  @Test
  void asksForATypeThatHoldsTheValue() {
    assertThat(TableLayout.holds("BIGINT", "INTEGER")).isTrue();
    assertThat(TableLayout.holds("INTEGER", "BIGINT")).isFalse();
    assertThat(TableLayout.holds("DECIMAL(20,4)", "DECIMAL(18,2)")).isTrue();
    assertThat(TableLayout.holds("DECIMAL(18,4)", "DECIMAL(18,2)")).isFalse();
    assertThat(TableLayout.holds("VARCHAR", "INTEGER[]")).isTrue();
  }

  @Test
  void answersOneSelectAndNothingElse() {
    Queryable.Result result =
        queryable()
            .query("SELECT 1 AS a, NULL AS b UNION ALL SELECT 2, 3", 1, Duration.ofSeconds(5));
    assertThat(result.columns()).containsExactly("a", "b");
    assertThat(result.rows()).hasSize(1);
    assertThat(result.truncated()).isTrue();
    for (String sql :
        List.of(
            "CREATE TABLE x (a int)",
            "COPY (SELECT 1) TO '" + directory.resolve("x.csv") + "'",
            "SELECT 1; DROP TABLE y",
            "ATTACH 'y.db'",
            "nonsense")) {
      assertThatThrownBy(() -> queryable().query(sql, 1, Duration.ofSeconds(5)))
          .isInstanceOf(RapidbyteException.class);
    }
    assertThat(directory.resolve("x.csv")).doesNotExist();
  }

  @Test
  void stopsAQueryThatTakesTooLong() {
    assertThatThrownBy(
            () ->
                queryable()
                    .query(
                        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range +"
                            + " b.range = 7",
                        1,
                        Duration.ofSeconds(1)))
        .isInstanceOf(RapidbyteException.class);
  }
}
