package io.rapidbyte.testkit.batch;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.util.ArrayList;
import java.util.List;

/** Stream schemas for tests. */
public final class TestStream {
  public static final PgType INT8 = new PgType.Base(20, "bigint", -1);
  public static final PgType INT4 = new PgType.Base(23, "integer", -1);
  public static final PgType TEXT = new PgType.Base(25, "text", -1);

  private TestStream() {}

  /** {@code id bigint} as key, {@code name text}, {@code big text}. */
  public static StreamSchema simple(String schema, String table) {
    return of(
        schema,
        table,
        1,
        List.of("id"),
        column("id", INT8),
        column("name", TEXT),
        column("big", TEXT));
  }

  /** A column without a number. */
  public static Column column(String name, PgType type) {
    return new Column(name, type, true, 0, null);
  }

  /** A built-in type. */
  public static PgType base(int oid, String name) {
    return new PgType.Base(oid, name, -1);
  }

  /** A stream with its attribute numbers in order and key columns not null. */
  public static StreamSchema of(
      String schema, String table, int version, List<String> key, Column... columns) {
    List<Column> numbered = new ArrayList<>();
    for (Column column : columns) {
      numbered.add(
          new Column(
              column.name(),
              column.type(),
              !key.contains(column.name()),
              numbered.size() + 1,
              null));
    }
    return new StreamSchema(
        new TableName(schema, table), version, numbered, key, ReplicaIdentity.DEFAULT);
  }
}
