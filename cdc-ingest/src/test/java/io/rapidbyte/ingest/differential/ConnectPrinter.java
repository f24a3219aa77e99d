package io.rapidbyte.ingest.differential;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's values as the text that Postgres would print for them, as far as the value still says
 * it: what Debezium has lost is not put back.
 */
final class ConnectPrinter {
  static final String PLACEHOLDER = "__debezium_unavailable_value";
  private static final String SOURCE_TYPE = "__debezium.source.column.type";
  private static final long MICROS_PER_MILLI = 1000;
  private static final long NANOS_PER_MICRO = 1000;
  private static final Pattern INTERVAL =
      Pattern.compile(
          "P(?:(-?\\d+)Y)?(?:(-?\\d+)M)?(?:(-?\\d+)D)?"
              + "(?:T(?:(-?\\d+)H)?(?:(-?\\d+)M)?(?:(-?\\d+(?:\\.\\d+)?)S)?)?");

  private ConnectPrinter() {}

  static Cell cell(Schema schema, @Nullable Object value) {
    if (value == null) {
      return new Cell.Null();
    }
    if (isPlaceholder(value)) {
      return new Cell.Unchanged();
    }
    try {
      return new Cell.Text(text(schema, value));
    } catch (RuntimeException e) {
      return new Cell.Text("%s, which has no text: %s".formatted(value, e));
    }
  }

  private static boolean isPlaceholder(Object value) {
    return switch (value) {
      case String text -> text.equals(PLACEHOLDER);
      case ByteBuffer bytes -> Arrays.equals(array(bytes), PLACEHOLDER.getBytes(UTF8));
      case byte[] bytes -> Arrays.equals(bytes, PLACEHOLDER.getBytes(UTF8));
      case List<?> list -> isPlaceholder(list);
      default -> false;
    };
  }

  /** Arrays of text hold the word, arrays of numbers its bytes. */
  private static boolean isPlaceholder(List<?> list) {
    byte[] word = PLACEHOLDER.getBytes(UTF8);
    if (list.size() == word.length && list.getFirst() instanceof Number) {
      for (int i = 0; i < word.length; i++) {
        if (((Number) list.get(i)).longValue() != word[i]) {
          return false;
        }
      }
      return true;
    }
    return list.size() == 1 && PLACEHOLDER.equals(list.getFirst());
  }

  private static final java.nio.charset.Charset UTF8 = StandardCharsets.UTF_8;

  private static String text(Schema schema, Object value) {
    String name = schema.name() == null ? "" : schema.name();
    String type = sourceType(schema);
    return switch (name) {
      case "io.debezium.time.Date" -> date(((Number) value).intValue());
      case "io.debezium.time.Time" -> PostgresText.time(micros(value, MICROS_PER_MILLI));
      case "io.debezium.time.MicroTime" -> PostgresText.time(micros(value, 1));
      case "io.debezium.time.Timestamp" -> stamp(((Number) value).longValue(), true);
      case "io.debezium.time.MicroTimestamp" -> stamp(((Number) value).longValue(), false);
      case "io.debezium.time.ZonedTimestamp" -> zoned(value.toString());
      case "io.debezium.time.ZonedTime" -> zonedTime(value.toString());
      case "io.debezium.time.Interval" -> interval(value.toString());
      case "io.debezium.data.Bits" ->
          bits((byte[]) value, schema.parameters().getOrDefault("length", "0"));
      case "io.debezium.data.geometry.Point" -> point((Struct) value);
      case "io.debezium.data.VariableScaleDecimal" -> decimal((Struct) value);
      default -> plain(schema, value, type);
    };
  }

  private static String plain(Schema schema, Object value, String type) {
    return switch (value) {
      case Boolean bit when type.startsWith("BIT") -> bit ? "1" : "0";
      case Boolean bool -> PostgresText.bool(bool);
      case Float number -> PostgresText.real(number);
      case Double number -> PostgresText.real(number);
      case BigDecimal number -> number.toPlainString();
      case ByteBuffer bytes -> bytes(array(bytes), type);
      case byte[] bytes -> bytes(bytes, type);
      case List<?> list -> list(schema, list, type);
      case Map<?, ?> map -> map(map);
      default -> value.toString();
    };
  }

  private static String sourceType(Schema schema) {
    Map<String, String> parameters = schema.parameters();
    return parameters == null ? "" : parameters.getOrDefault(SOURCE_TYPE, "");
  }

  /** bytea; anything else that Debezium does not know comes as the bytes of its text. */
  private static String bytes(byte[] bytes, String type) {
    boolean bytea = type.equals("BYTEA") || type.equals("_BYTEA");
    return bytea ? PostgresText.bytes(bytes) : new String(bytes, UTF8);
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return array;
  }

  private static String list(Schema schema, List<?> list, String type) {
    Schema inner = schema.valueSchema();
    List<Optional<String>> elements = new ArrayList<>();
    for (Object element : list) {
      elements.add(
          element == null
              ? Optional.empty()
              : Optional.of(
                  element instanceof ByteBuffer bytes
                      ? bytes(array(bytes), type)
                      : text(inner, element)));
    }
    return PostgresText.array(elements, type.equals("_BOX") ? ';' : ',');
  }

  /** Postgres sorts by length, then by bytes. */
  private static String map(Map<?, ?> map) {
    List<Map.Entry<String, Optional<String>>> entries = new ArrayList<>();
    map.forEach(
        (key, value) ->
            entries.add(Map.entry(String.valueOf(key), Optional.ofNullable((String) value))));
    entries.sort(
        Comparator.comparingInt((Map.Entry<String, ?> e) -> e.getKey().getBytes(UTF8).length)
            .thenComparing(Map.Entry::getKey));
    return PostgresText.hstore(entries);
  }

  private static long micros(Object value, long factor) {
    return ((Number) value).longValue() * factor;
  }

  private static String date(int day) {
    return PostgresText.date(day);
  }

  private static String stamp(long value, boolean millis) {
    return PostgresText.timestamp(millis ? Math.multiplyExact(value, MICROS_PER_MILLI) : value, "");
  }

  private static String zoned(String iso) {
    OffsetDateTime moment;
    try {
      moment = OffsetDateTime.parse(iso);
    } catch (DateTimeParseException beyondJava) {
      return iso;
    }
    LocalDateTime utc = moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    return PostgresText.timestamp(
        utc.toLocalDate().toEpochDay(), utc.toLocalTime().toNanoOfDay() / NANOS_PER_MICRO, "+00");
  }

  /** ISO 8601 writes Z where Postgres writes +00, and seconds also where they are 0. */
  private static String zonedTime(String iso) {
    Matcher parts = Pattern.compile("(\\d\\d:\\d\\d)(:\\d\\d)?(\\.\\d+)?(Z|[+-].*)").matcher(iso);
    if (!parts.matches()) {
      return iso;
    }
    String seconds = parts.group(2) == null ? ":00" : parts.group(2);
    String fraction = parts.group(3) == null ? "" : parts.group(3).replaceFirst("\\.?0+$", "");
    String zone = parts.group(4).equals("Z") ? "+00" : parts.group(4).replaceFirst(":00$", "");
    return parts.group(1) + seconds + fraction + zone;
  }

  private static String interval(String iso) {
    Matcher parts = INTERVAL.matcher(iso);
    if (!parts.matches()) {
      return iso;
    }
    long months = part(parts, 1) * 12 + part(parts, 2);
    BigDecimal seconds =
        new BigDecimal(part(parts, 4) * 3600 + part(parts, 5) * 60)
            .add(parts.group(6) == null ? BigDecimal.ZERO : new BigDecimal(parts.group(6)));
    return PostgresText.interval(
        (int) months, (int) part(parts, 3), seconds.movePointRight(6).longValue());
  }

  private static long part(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
  }

  /** The lowest bit is the last digit. */
  private static String bits(byte[] littleEndian, String length) {
    StringBuilder digits = new StringBuilder();
    int count = Math.min(Integer.parseInt(length), littleEndian.length * 8);
    for (int i = count - 1; i >= 0; i--) {
      digits.append((littleEndian[i / 8] >> (i % 8)) & 1);
    }
    return digits.toString();
  }

  private static String point(Struct point) {
    return "("
        + PostgresText.real(point.getFloat64("x"))
        + ","
        + PostgresText.real(point.getFloat64("y"))
        + ")";
  }

  private static String decimal(Struct value) {
    return new BigDecimal(
            new java.math.BigInteger(value.getBytes("value")), value.getInt32("scale"))
        .toPlainString();
  }
}
