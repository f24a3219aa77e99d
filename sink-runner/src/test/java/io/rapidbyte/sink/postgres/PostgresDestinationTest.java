package io.rapidbyte.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.contract.DestinationContract;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PostgresDestinationTest extends DestinationContract {
  private final TargetDatabase database = TargetDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Override
  public Destination open() {
    Destination destination = database.destination();
    destination.open();
    return destination;
  }

  @Override
  public List<List<@Nullable String>> read(String schema, String table, String... columns) {
    return database.read(new TableName(schema, table), columns);
  }

  @Override
  public void execute(String sql) {
    database.execute(sql);
  }

  @Override
  public void damage(String sql) {
    database.execute(sql);
  }

  @Override
  public void refuseBadNames() {
    database.execute("ALTER TABLE public.items ADD CHECK (name <> 'bad')");
  }

  @Override
  public void dropItems() {
    database.execute("DROP TABLE public.items");
  }

  private static TypeRoundTrip type(int oid, String name, String value) {
    return new TypeRoundTrip(TestStream.base(oid, name), value, value);
  }

  private static TypeRoundTrip type(int oid, String name, int typmod, String value) {
    return new TypeRoundTrip(new PgType.Base(oid, name, typmod), value, value);
  }

  @Override
  public List<TypeRoundTrip> typeRoundTrips() {
    return List.of(
        new TypeRoundTrip(TestStream.base(16, "boolean"), "t", "true"),
        type(21, "smallint", "-7"),
        type(23, "integer", "2147483647"),
        type(20, "bigint", "-9223372036854775808"),
        type(700, "real", "1.5"),
        type(701, "double precision", "NaN"),
        type(1700, "numeric", (18 << 16 | 2) + 4, "-1234567890123456.78"),
        type(1700, "numeric", "123456789012345678901234567890.1234567890123456789012345678900"),
        type(25, "text", "ü 😀 'x' \"y\""),
        type(1043, "character varying", 14, "ten chars!"),
        new TypeRoundTrip(new PgType.Base(1042, "character", 9), "abc  ", "abc"),
        type(17, "bytea", "\\x00ff41"),
        type(1082, "date", "2024-02-29"),
        type(1082, "date", "infinity"),
        type(1083, "time without time zone", "23:59:59.999999"),
        type(1266, "time with time zone", "23:59:59.5+02"),
        type(1114, "timestamp without time zone", "2024-02-29 12:34:56.789012"),
        type(1184, "timestamp with time zone", "2024-02-29 12:34:56.789012+00"),
        type(1186, "interval", "1 year 2 mons 3 days 04:05:06"),
        type(2950, "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        type(3802, "jsonb", "{\"a\": [1, null]}"),
        type(114, "json", "{\"a\":[1, null]}"),
        new TypeRoundTrip(
            new PgType.Array(1007, "integer[]", TestStream.INT4, 1), "{1,NULL,3}", "{1,NULL,3}"),
        new TypeRoundTrip(
            new PgType.Array(1009, "text[]", TestStream.TEXT, 1), "{a,\"b c\"}", "{a,\"b c\"}"),
        new TypeRoundTrip(
            new PgType.Array(1007, "integer[]", TestStream.INT4, 2),
            "{{1,2},{3,4}}",
            "{{1,2},{3,4}}"),
        new TypeRoundTrip(
            new PgType.Composite(
                90_001,
                "pair",
                List.of(
                    new PgType.Attribute("x", TestStream.INT4),
                    new PgType.Attribute("Y y", TestStream.TEXT))),
            "(1,\"b c\")",
            "(1,\"b c\")"),
        new TypeRoundTrip(new PgType.Enumeration(90_002, "mood", List.of("sad", "ok")), "ok", "ok"),
        type(90_003, "hstore", "\"a\"=>\"1\", \"b\"=>NULL"),
        type(90_004, "vector", 3, "[1,2,3]"),
        type(869, "inet", "10.0.0.0/8"),
        type(829, "macaddr", "08:00:2b:01:02:03"),
        type(3220, "pg_lsn", "16/B374D848"),
        type(3904, "int4range", "[1,5)"),
        type(3614, "tsvector", "'a':1 'b':2"),
        type(600, "point", "(1,2)"),
        type(1560, "bit", 5, "10110"),
        type(790, "money", "$1.50"));
  }

  @Test
  void givesColumnsTheTypesOfTheSource() {
    List<TypeRoundTrip> cases = typeRoundTrips();
    Column[] columns = new Column[cases.size() + 1];
    columns[0] = TestStream.column("id", TestStream.INT8);
    for (int i = 0; i < cases.size(); i++) {
      columns[i + 1] = TestStream.column("t" + i, cases.get(i).type());
    }
    StreamSchema types = TestStream.of("public", "types", 1, List.of("id"), columns);
    Harness harness = upsert(types);
    assertThat(harness.apply(Harness.schema(types))).isEqualTo(new Applied.Committed());
    assertThat(
            database
                .query(
                    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid ="
                        + " 'public.types'::regclass AND attnum > 0 ORDER BY attnum")
                .stream()
                .map(List::getFirst))
        .containsExactly(
            "bigint",
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "numeric(18,2)",
            "numeric",
            "text",
            "character varying(10)",
            "character(5)",
            "bytea",
            "date",
            "date",
            "time without time zone",
            "time with time zone",
            "timestamp without time zone",
            "timestamp with time zone",
            "interval",
            "uuid",
            "jsonb",
            "json",
            "integer[]",
            "text[]",
            "integer[]",
            "text",
            "text",
            "text",
            "text",
            "inet",
            "macaddr",
            "pg_lsn",
            "int4range",
            "tsvector",
            "point",
            "bit(5)",
            "money",
            "integer",
            "pg_lsn",
            "bigint");
  }
}
