package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.stream.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Which Arrow type a Postgres type becomes. No type is refused: what has no Arrow form of its own
 * travels as its text form.
 *
 * <p>Infinite dates, timestamps and intervals are the Arrow type's largest and smallest value, as
 * they are Postgres's own; no finite value maps to these. A time of {@code 24:00:00} is held as
 * 86400000000 µs.
 */
public final class ArrowTypes {
  /** The key of an extension type's name in a field's metadata, as Arrow's specification has it. */
  public static final String EXTENSION_NAME = "ARROW:extension:name";

  /** The key of an extension type's parameters. */
  public static final String EXTENSION_METADATA = "ARROW:extension:metadata";

  /**
   * The settings under which a session's text forms are those that {@link ColumnWriter#text} reads,
   * and under which binary and text values give the same Arrow values.
   */
  public static final Map<String, String> SESSION_SETTINGS =
      Map.of(
          "client_encoding", "UTF8",
          "DateStyle", "ISO, MDY",
          "IntervalStyle", "postgres",
          "TimeZone", "UTC",
          "extra_float_digits", "1",
          "bytea_output", "hex");

  private ArrowTypes() {}

  /**
   * The field of a column: nullable in Arrow, the source's facts in its metadata. Nested fields
   * carry the type and typmod of their own values.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/unknown-column-type} where
   *     the column's {@code as} is none
   */
  public static Field field(Column column) {
    Field field = field(column.name(), effectiveType(column));
    Map<String, String> metadata = new TreeMap<>(field.getMetadata());
    metadata.put(BatchColumns.META_PG_NULLABLE, Boolean.toString(column.nullable()));
    metadata.put(BatchColumns.META_PG_ATTNUM, Integer.toString(column.attributeNumber()));
    return new Field(
        field.getName(), new FieldType(true, field.getType(), null, metadata), field.getChildren());
  }

  /**
   * Whether a value's binary send form can be turned into our Arrow form, with the same result as
   * its text form. Where it cannot, the value must be fetched as text.
   */
  public static boolean decodesBinary(PgType type) {
    return switch (type.unwrapped()) {
      case PgType.Base base ->
          switch (BaseType.of(base)) {
            case TEXT_ONLY, UNKNOWN -> false;
            default -> true;
          };
      case PgType.Enumeration e -> true;
      case PgType.Array array -> decodesBinary(array.element());
      case PgType.Composite composite ->
          composite.attributes().stream().allMatch(a -> decodesBinary(a.type()));
      case PgType.Domain domain -> throw new IllegalStateException("unwrapped: " + domain);
    };
  }

  /** The type whose values the column's vector holds: the source's, or what {@code as} names. */
  static PgType effectiveType(Column column) {
    String as = column.as();
    return as == null ? column.type().unwrapped() : ColumnOverride.parse(column.name(), as);
  }

  /** Whether an array column is a List; one declared with several dimensions is its text form. */
  static boolean isList(PgType.Array array) {
    return array.dimensions() <= 1;
  }

  /** Whether a composite is a Struct; one without attributes is its text form: many refuse it. */
  static boolean isStruct(PgType.Composite composite) {
    return !composite.attributes().isEmpty();
  }

  /** The type's name without domains, as it stands in {@code pg.type}. */
  static String typeName(PgType type) {
    return switch (type.unwrapped()) {
      case PgType.Array array -> typeName(array.element()) + "[]";
      case PgType other -> other.name();
    };
  }

  private static int typmod(PgType type) {
    return switch (type.unwrapped()) {
      case PgType.Base base -> base.typmod();
      case PgType.Array array -> typmod(array.element());
      default -> -1;
    };
  }

  private static Field field(String name, PgType type) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(BatchColumns.META_PG_TYPE, typeName(type));
    metadata.put(BatchColumns.META_PG_TYPMOD, Integer.toString(typmod(type)));
    return switch (type.unwrapped()) {
      case PgType.Base base -> baseField(name, base, metadata);
      case PgType.Array array when isList(array) ->
          named(name, new ArrowType.List(), metadata, List.of(field("item", array.element())));
      case PgType.Composite composite when isStruct(composite) -> {
        List<Field> children = new ArrayList<>();
        composite.attributes().forEach(a -> children.add(field(a.name(), a.type())));
        yield named(name, new ArrowType.Struct(), metadata, children);
      }
      default -> named(name, ArrowType.Utf8.INSTANCE, metadata, List.of());
    };
  }

  private static Field baseField(String name, PgType.Base base, Map<String, String> metadata) {
    ArrowType type = arrowType(base);
    List<Field> children = List.of();
    switch (BaseType.of(base)) {
      case UUID -> metadata.put(EXTENSION_NAME, "arrow.uuid");
      case JSON, JSONB -> metadata.put(EXTENSION_NAME, "arrow.json");
      case HSTORE -> children = List.of(hstoreEntries());
      case VECTOR -> children = List.of(vectorItem());
      default -> {}
    }
    if (metadata.containsKey(EXTENSION_NAME)) {
      metadata.put(EXTENSION_METADATA, "");
    }
    return named(name, type, metadata, children);
  }

  static ArrowType arrowType(PgType.Base base) {
    return switch (BaseType.of(base)) {
      case BOOL -> ArrowType.Bool.INSTANCE;
      case INT2 -> new ArrowType.Int(16, true);
      case INT4 -> new ArrowType.Int(32, true);
      case INT8 -> new ArrowType.Int(64, true);
      case FLOAT4 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT8 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case NUMERIC -> numeric(base.typmod());
      case BYTEA, GEOMETRY, GEOGRAPHY -> ArrowType.Binary.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
      case TIMESTAMPTZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case INTERVAL -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      case UUID -> new ArrowType.FixedSizeBinary(16);
      case HSTORE -> new ArrowType.Map(false);
      case VECTOR ->
          base.typmod() > 0 ? new ArrowType.FixedSizeList(base.typmod()) : new ArrowType.List();
      default -> ArrowType.Utf8.INSTANCE;
    };
  }

  private static ArrowType numeric(int typmod) {
    return NumericTypmod.of(typmod)
        .filter(NumericTypmod::fitsDecimal128)
        .<ArrowType>map(t -> new ArrowType.Decimal(t.precision(), t.scale(), 128))
        .orElse(ArrowType.Utf8.INSTANCE);
  }

  private static Field hstoreEntries() {
    Field key = new Field(MapVector.KEY_NAME, FieldType.notNullable(ArrowType.Utf8.INSTANCE), null);
    Field value =
        new Field(MapVector.VALUE_NAME, FieldType.nullable(ArrowType.Utf8.INSTANCE), null);
    return new Field(
        MapVector.DATA_VECTOR_NAME,
        FieldType.notNullable(new ArrowType.Struct()),
        List.of(key, value));
  }

  private static Field vectorItem() {
    return field("item", new PgType.Base(700, "real", -1));
  }

  private static Field named(
      String name, ArrowType type, Map<String, String> metadata, List<Field> children) {
    return new Field(name, new FieldType(true, type, null, metadata), children);
  }
}
