package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.stream.TableName;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The DuckDB type that holds an Arrow field's values without loss. */
final class DuckDbTypes {
  private static final String EXTENSION = "ARROW:extension:name";
  private static final int MAX_DECIMAL_DIGITS = 38;

  private DuckDbTypes() {}

  /** The type, as SQL. What DuckDB has no type for is its text. */
  static String sql(Field field) {
    return switch (extension(field)) {
      case "arrow.uuid" -> "UUID";
      case "arrow.json" -> "JSON";
      default -> plain(field, storage(field.getType()));
    };
  }

  private static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  /** The extension's name, or empty: a registered extension type's or the metadata's. */
  static String extension(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType extension
        ? extension.extensionName()
        : field.getMetadata().getOrDefault(EXTENSION, "");
  }

  private static String plain(Field field, ArrowType type) {
    return switch (type) {
      case ArrowType.Bool bool -> "BOOLEAN";
      case ArrowType.Int integer -> integer(integer);
      case ArrowType.FloatingPoint floating ->
          floating.getPrecision() == FloatingPointPrecision.DOUBLE ? "DOUBLE" : "FLOAT";
      case ArrowType.Decimal decimal -> decimal(decimal);
      case ArrowType.Binary binary -> "BLOB";
      case ArrowType.LargeBinary binary -> "BLOB";
      case ArrowType.FixedSizeBinary binary -> "BLOB";
      case ArrowType.Date date -> "DATE";
      case ArrowType.Time time -> "TIME";
      case ArrowType.Timestamp timestamp ->
          timestamp.getTimezone() == null ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE";
      case ArrowType.Interval interval -> "INTERVAL";
      case ArrowType.List list -> sql(field.getChildren().getFirst()) + "[]";
      case ArrowType.FixedSizeList list ->
          sql(field.getChildren().getFirst()) + "[" + list.getListSize() + "]";
      case ArrowType.Struct struct -> struct(field);
      case ArrowType.Map map -> map(field.getChildren().getFirst());
      default -> "VARCHAR";
    };
  }

  private static String integer(ArrowType.Int type) {
    String name =
        switch (type.getBitWidth()) {
          case 8 -> "TINYINT";
          case 16 -> "SMALLINT";
          case 32 -> "INTEGER";
          default -> "BIGINT";
        };
    return type.getIsSigned() ? name : "U" + name;
  }

  private static String decimal(ArrowType.Decimal type) {
    return type.getPrecision() > MAX_DECIMAL_DIGITS
        ? "VARCHAR"
        : "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")";
  }

  private static String struct(Field field) {
    return field.getChildren().stream()
        .map(child -> TableName.quote(child.getName()) + " " + sql(child))
        .collect(Collectors.joining(", ", "STRUCT(", ")"));
  }

  private static String map(Field entries) {
    return "MAP("
        + sql(entries.getChildren().get(0))
        + ", "
        + sql(entries.getChildren().get(1))
        + ")";
  }
}
