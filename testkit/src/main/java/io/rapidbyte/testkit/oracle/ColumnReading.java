package io.rapidbyte.testkit.oracle;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the values of a column are read on either side; decided once, from both sides' types. */
enum ColumnReading {
  TEXT,
  NUMBER,
  REAL,
  DOUBLE,
  BOOLEAN,
  BYTES,
  TIMESTAMP,
  TIMESTAMPTZ,
  DATE,
  TIME,
  JSON,
  INTERVAL,
  COMPOSITE,
  MAP,
  VECTOR,
  GEOMETRY,
  ARRAY,
  ARRAY_OF_TIMESTAMPTZ;

  /**
   * The reading for a column.
   *
   * @param source the type's name in Postgres
   * @param destination the type's name in the destination
   */
  static ColumnReading of(String source, String destination) {
    boolean asText = destination.equals("VARCHAR") || destination.equals("text");
    return switch (source) {
      case "numeric" -> NUMBER;
      case "json", "jsonb" -> JSON;
      case "timestamp" -> asText ? TEXT : TIMESTAMP;
      case "timestamptz" -> asText ? TEXT : TIMESTAMPTZ;
      case "date" -> asText ? TEXT : DATE;
      case "interval" -> INTERVAL;
      case "time" -> TIME;
      case "float4" -> REAL;
      case "float8" -> DOUBLE;
      case "bool" -> BOOLEAN;
      case "bytea" -> BYTES;
      case "hstore" -> asText ? TEXT : MAP;
      case "vector" -> asText ? TEXT : VECTOR;
      case "geometry", "geography" -> asText ? TEXT : GEOMETRY;
      default -> ofOther(source, destination, asText);
    };
  }

  private static ColumnReading ofOther(String source, String destination, boolean asText) {
    if (source.startsWith("_") && !asText) {
      return source.equals("_timestamptz") ? ARRAY_OF_TIMESTAMPTZ : ARRAY;
    }
    return destination.startsWith("STRUCT") ? COMPOSITE : TEXT;
  }

  /** The column in a query: DuckDB's driver cannot read 24:00:00. */
  String expression(String column) {
    return this == TIME ? "CAST(" + column + " AS VARCHAR)" : column;
  }

  /** The value of the current row. */
  String read(ResultSet rows, int column) throws SQLException {
    return switch (this) {
      case TEXT, TIME -> text(rows.getString(column));
      case NUMBER -> number(rows.getString(column));
      case REAL -> plain(rows, rows.getFloat(column));
      case DOUBLE -> plain(rows, rows.getDouble(column));
      case BOOLEAN -> plain(rows, rows.getBoolean(column));
      case BYTES -> bytes(rows.getBytes(column));
      case TIMESTAMP -> timestamp(rows.getObject(column, LocalDateTime.class));
      case TIMESTAMPTZ -> moment(rows.getObject(column, OffsetDateTime.class));
      case DATE -> date(rows, column);
      case JSON -> json(rows.getString(column));
      case INTERVAL -> interval(rows.getString(column));
      case MAP, COMPOSITE, VECTOR, GEOMETRY, ARRAY, ARRAY_OF_TIMESTAMPTZ ->
          nested(rows.getObject(column));
    };
  }

  private static String text(@Nullable String value) {
    return value == null ? Spelling.NULL : value;
  }

  private static String number(@Nullable String value) {
    return value == null ? Spelling.NULL : Spelling.number(value);
  }

  private static String json(@Nullable String value) {
    return value == null ? Spelling.NULL : Spelling.json(value);
  }

  private static String interval(@Nullable String value) {
    return value == null ? Spelling.NULL : Spelling.interval(value);
  }

  private static String bytes(byte @Nullable [] value) {
    return value == null ? Spelling.NULL : Spelling.bytes(value);
  }

  private static String timestamp(@Nullable LocalDateTime value) {
    return value == null ? Spelling.NULL : Spelling.timestamp(value);
  }

  private static String moment(@Nullable OffsetDateTime value) {
    return value == null ? Spelling.NULL : Spelling.moment(value);
  }

  private static String plain(ResultSet rows, Object value) throws SQLException {
    return rows.wasNull() ? Spelling.NULL : value.toString();
  }

  /** DuckDB's driver loses the era in {@code getObject(…, LocalDate.class)}, pgjdbc without it. */
  private static String date(ResultSet rows, int column) throws SQLException {
    Object value = rows.getObject(column);
    if (value == null) {
      return Spelling.NULL;
    }
    return value instanceof LocalDate date
        ? Spelling.date(date)
        : Spelling.date(rows.getObject(column, LocalDate.class));
  }

  private String nested(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> Spelling.NULL;
      case BigDecimal decimal -> Spelling.number(decimal);
      case byte[] bytes -> Spelling.bytes(bytes);
      case Blob blob -> Spelling.bytes(blob.getBytes(1, (int) blob.length()));
      case Array array -> elements((Object[]) array.getArray());
      case Struct struct -> attributes(struct);
      case Object[] array -> elements(array);
      case Map<?, ?> map -> sorted(map);
      case OffsetDateTime moment -> Spelling.moment(moment);
      case Timestamp moment when this == ARRAY_OF_TIMESTAMPTZ ->
          Spelling.moment(moment.toInstant().atOffset(ZoneOffset.UTC));
      case Timestamp local -> Spelling.timestamp(local.toLocalDateTime());
      case Date date -> Spelling.date(date.toLocalDate());
      case LocalDate date -> Spelling.date(date);
      default -> ofText(value.toString());
    };
  }

  /** What one of the drivers hands out as text. */
  private String ofText(String value) {
    return switch (this) {
      case COMPOSITE ->
          value.startsWith("(")
              ? Spelling.list(Spelling.fields(value).stream().map(Spelling::loose).toList())
              : value;
      case GEOMETRY -> Spelling.hex(value);
      case VECTOR -> value.startsWith("[") ? vector(value) : value;
      default -> value;
    };
  }

  private static String vector(String text) {
    List<String> elements = new ArrayList<>();
    for (String element : text.substring(1, text.length() - 1).split(",", -1)) {
      elements.add(Float.toString(Float.parseFloat(element)));
    }
    return Spelling.list(elements);
  }

  private String attributes(Struct struct) throws SQLException {
    List<String> fields = new ArrayList<>();
    for (Object attribute : struct.getAttributes()) {
      boolean plain = attribute instanceof CharSequence || attribute instanceof Number;
      fields.add(
          attribute == null
              ? Spelling.NULL
              : Spelling.loose(plain ? attribute.toString() : nested(attribute)));
    }
    return Spelling.list(fields);
  }

  private String elements(@Nullable Object[] values) throws SQLException {
    List<String> elements = new ArrayList<>();
    for (Object value : values) {
      elements.add(nested(value));
    }
    return Spelling.list(elements);
  }

  private String sorted(Map<?, ?> map) throws SQLException {
    Map<String, String> sorted = new TreeMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      sorted.put(String.valueOf(entry.getKey()), nested(entry.getValue()));
    }
    return sorted.toString();
  }
}
