package io.rapidbyte.testkit.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One spelling for a value, whichever database it was read from: numbers without trailing zeros,
 * moments in UTC, bytes in hexadecimal, JSON with sorted keys.
 */
final class CanonicalValue {
  private static final String NULL = "␀";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private CanonicalValue() {}

  /** How a column is read; decided once from the source's type. */
  enum Reading {
    PLAIN,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIME,
    TIMETZ,
    DATE,
    JSON,
    INTERVAL;

    static Reading of(String postgresType) {
      return switch (postgresType) {
        case "timestamp" -> TIMESTAMP;
        case "timestamptz" -> TIMESTAMPTZ;
        case "time" -> TIME;
        case "timetz" -> TIMETZ;
        case "date" -> DATE;
        case "json", "jsonb" -> JSON;
        case "interval" -> INTERVAL;
        default -> PLAIN;
      };
    }
  }

  static String read(ResultSet rows, int column, Reading reading) throws SQLException {
    return switch (reading) {
      case TIMESTAMP -> text(rows.getObject(column, LocalDateTime.class));
      case TIMESTAMPTZ -> moment(rows.getObject(column, OffsetDateTime.class));
      case TIME -> text(rows.getObject(column, LocalTime.class));
      case TIMETZ -> text(rows.getObject(column, OffsetTime.class));
      case DATE -> text(rows.getObject(column, LocalDate.class));
      case JSON -> json(rows.getString(column));
      case INTERVAL -> interval(rows.getString(column));
      case PLAIN -> of(rows.getObject(column));
    };
  }

  private static String moment(@Nullable OffsetDateTime value) {
    return value == null ? NULL : value.withOffsetSameInstant(ZoneOffset.UTC).toString();
  }

  private static String text(@Nullable Object value) {
    return value == null ? NULL : value.toString();
  }

  private static String json(@Nullable String text) {
    if (text == null) {
      return NULL;
    }
    try {
      return sorted(JSON.readTree(text)).toString();
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static Object sorted(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      return fields;
    }
    if (node.isArray()) {
      StringBuilder out = new StringBuilder("[");
      node.forEach(element -> out.append(sorted(element)).append(','));
      return out.append(']').toString();
    }
    return node.isNumber() ? number(node.decimalValue()) : node.toString();
  }

  /** Postgres writes {@code 2 mons 3 days}, DuckDB {@code 2 months 3 days}. */
  private static String interval(@Nullable String text) {
    if (text == null) {
      return NULL;
    }
    String shorter = text.replace("months", "mons").replace("month", "mon");
    return shorter.equals("00:00:00") ? "0" : shorter;
  }

  private static String of(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> NULL;
      case BigDecimal decimal -> number(decimal);
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case Blob blob -> HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
      case Array array -> elements((Object[]) array.getArray());
      case Struct struct -> elements(struct.getAttributes());
      case Object[] array -> elements(array);
      default -> value.toString();
    };
  }

  private static String number(BigDecimal decimal) {
    return decimal.stripTrailingZeros().toPlainString();
  }

  private static String elements(@Nullable Object[] values) throws SQLException {
    StringBuilder out = new StringBuilder("[");
    for (Object value : values) {
      out.append(of(value)).append(',');
    }
    return out.append(']').toString();
  }
}
