package io.rapidbyte.wasm.conformance;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The batches that each SDK must read and write: every type that a stream's batch can have. */
final class GoldenBatches {
  static final String EMAIL = "email";

  private static final List<PgType> TYPES = types();

  private GoldenBatches() {}

  /** All, by name; the caller closes them. */
  static Map<String, VectorSchemaRoot> all(BufferAllocator allocator) {
    Map<String, VectorSchemaRoot> all = new LinkedHashMap<>();
    Schema stream = stream(ReplicaIdentity.FULL);
    all.put("no rows", filled(stream, 0, 0, allocator));
    all.put("one row", filled(stream, 1, 0, allocator));
    all.put("no NULL", filled(stream, 9, 0, allocator));
    all.put("some NULL", filled(stream, 67, 0.3, allocator));
    all.put("all NULL", filled(stream, 17, 1, allocator));
    all.put("by key", filled(stream(ReplicaIdentity.DEFAULT), 33, 0.2, allocator));
    all.put("other types", filled(others(), 41, 0.3, allocator));
    all.put("other types, no rows", filled(others(), 0, 0.3, allocator));
    all.put("many rows", filled(simple(), 5000, 0.1, allocator));
    all.put("large values", large(allocator));
    return all;
  }

  /** A schema of a stream with every type of Postgres that has an Arrow form of its own. */
  static Schema stream(ReplicaIdentity identity) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("id", base("bigint", -1), false, 1, null));
    columns.add(new Column(EMAIL, base("text", -1), true, 2, null));
    int number = 3;
    for (PgType type : TYPES) {
      columns.add(new Column("c" + number + " " + type.name(), type, true, number++, null));
    }
    return layout(columns, identity);
  }

  /** Id, address and a number. */
  static Schema simple() {
    return layout(
        List.of(
            new Column("id", base("bigint", -1), false, 1, null),
            new Column(EMAIL, base("text", -1), true, 2, null),
            new Column("amount", base("numeric", (12 << 16 | 2) + 4), true, 3, null)),
        ReplicaIdentity.DEFAULT);
  }

  private static Schema layout(List<Column> columns, ReplicaIdentity identity) {
    TableName table = new TableName("public", "quo\"te");
    return BatchLayout.of(new StreamSchema(table, 3, columns, List.of("id"), identity));
  }

  private static PgType base(String name, int typmod) {
    return new PgType.Base(0, name, typmod);
  }

  private static List<PgType> types() {
    List<PgType> types = new ArrayList<>();
    for (String name :
        List.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "numeric",
            "bytea",
            "date",
            "time without time zone",
            "timestamp without time zone",
            "timestamp with time zone",
            "interval",
            "uuid",
            "json",
            "jsonb",
            "hstore",
            "vector",
            "inet")) {
      types.add(base(name, -1));
    }
    types.add(base("numeric", (38 << 16 | 9) + 4));
    types.add(base("vector", 3));
    PgType point =
        new PgType.Composite(
            0,
            "point3",
            List.of(
                new PgType.Attribute("x", base("integer", -1)),
                new PgType.Attribute("tags", array(base("text", -1)))));
    types.add(point);
    types.add(array(base("boolean", -1)));
    types.add(array(base("numeric", (38 << 16 | 9) + 4)));
    types.add(array(base("uuid", -1)));
    types.add(array(point));
    types.add(new PgType.Enumeration(0, "mood", List.of("sad", "ok")));
    return types;
  }

  private static PgType array(PgType element) {
    return new PgType.Array(0, element.name() + "[]", element, 1);
  }

  /** Types that the check of batches lets pass beside those of Postgres. */
  static Schema others() {
    List<ArrowType> types = new ArrayList<>();
    for (int bits : new int[] {8, 16, 32, 64}) {
      types.add(new ArrowType.Int(bits, true));
      types.add(new ArrowType.Int(bits, false));
    }
    types.add(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    types.add(new ArrowType.Decimal(76, 10, 256));
    types.add(new ArrowType.FixedSizeBinary(3));
    types.add(new ArrowType.Date(DateUnit.MILLISECOND));
    types.add(new ArrowType.Time(TimeUnit.SECOND, 32));
    types.add(new ArrowType.Time(TimeUnit.NANOSECOND, 64));
    for (TimeUnit unit : TimeUnit.values()) {
      types.add(new ArrowType.Timestamp(unit, "Europe/Zürich"));
      types.add(new ArrowType.Timestamp(unit, null));
      types.add(new ArrowType.Duration(unit));
    }
    for (IntervalUnit unit : IntervalUnit.values()) {
      types.add(new ArrowType.Interval(unit));
    }
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(EMAIL, FieldType.nullable(ArrowType.Utf8.INSTANCE), null));
    for (ArrowType type : types) {
      fields.add(new Field(type.toString(), FieldType.nullable(type), null));
    }
    Field item = new Field("item", FieldType.notNullable(new ArrowType.Int(16, true)), null);
    Field pairs =
        new Field("item", FieldType.nullable(new ArrowType.FixedSizeList(2)), List.of(item));
    fields.add(
        new Field("lists of pairs", FieldType.nullable(new ArrowType.List()), List.of(pairs)));
    fields.add(new Field("empty", FieldType.nullable(new ArrowType.Struct()), List.of()));
    fields.add(BatchColumns.OP_FIELD);
    fields.add(BatchColumns.UNCHANGED_FIELD);
    return new Schema(fields);
  }

  static VectorSchemaRoot filled(Schema schema, int rows, double nulls, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    Filler filler = new Filler(rows * 31L + (long) (nulls * 10), nulls);
    root.getFieldVectors().forEach(vector -> filler.fill(vector, rows));
    operations(root, rows);
    root.setRowCount(rows);
    return root;
  }

  /** Inserts, updates, deletes and snapshot rows in turn; nothing is unchanged. */
  static void operations(VectorSchemaRoot root, int rows) {
    TinyIntVector ops = (TinyIntVector) root.getVector(BatchColumns.OP);
    for (int row = 0; row < rows; row++) {
      ops.setSafe(row, "cudr".charAt(row % 4));
    }
    ops.setValueCount(rows);
    ListVector unchanged = (ListVector) root.getVector(BatchColumns.UNCHANGED);
    unchanged.clear();
    unchanged.allocateNew();
    unchanged.setValueCount(rows);
  }

  /** Marks values of a row as unchanged and not there. */
  static void markUnchanged(VectorSchemaRoot root, int row, int... columns) {
    ListVector unchanged = (ListVector) root.getVector(BatchColumns.UNCHANGED);
    UInt2Vector numbers = (UInt2Vector) unchanged.getDataVector();
    int start = unchanged.startNewValue(row);
    for (int i = 0; i < columns.length; i++) {
      numbers.setSafe(start + i, (char) columns[i]);
    }
    unchanged.endValue(row, columns.length);
    unchanged.setValueCount(root.getRowCount());
  }

  private static VectorSchemaRoot large(BufferAllocator allocator) {
    VectorSchemaRoot root = filled(simple(), 3, 0, allocator);
    FieldVector emails = root.getVector(EMAIL);
    String text = "ä".repeat(1_500_000) + "@example.com";
    ((VarCharVector) emails).setSafe(2, text.getBytes(StandardCharsets.UTF_8));
    emails.setValueCount(3);
    return root;
  }
}
