package io.rapidbyte.testkit.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One spelling for a value, whichever database it was read from: numbers without trailing zeros,
 * moments in UTC, bytes in hexadecimal, JSON with sorted keys.
 */
final class Spelling {
  static final String NULL = "␀";

  /** Beyond Postgres's own range but for its sentinels of ±infinity. */
  private static final int LAST_TIMESTAMP_YEAR = 290_000;

  private static final int LAST_DATE_YEAR = 5_870_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Pattern INTERVAL_UNIT =
      Pattern.compile("([+-]?\\d+) (year|mon|month|day)s?");
  private static final Pattern INTERVAL_TIME =
      Pattern.compile("([+-]?)(\\d+):(\\d\\d):(\\d\\d(?:\\.\\d+)?)");
  private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
  private static final BigDecimal SECONDS_PER_MINUTE = BigDecimal.valueOf(60);

  private Spelling() {}

  /** A number's text; {@code NaN} and the infinities stay. */
  static String number(String text) {
    char last = text.charAt(text.length() - 1);
    return Character.isDigit(last) || last == '.' ? number(new BigDecimal(text)) : text;
  }

  static String number(BigDecimal decimal) {
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }

  static String bytes(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The infinities are at the end of what Java can count, where no offset can be changed. */
  static String moment(OffsetDateTime value) {
    if (Math.abs(value.getYear()) > LAST_TIMESTAMP_YEAR) {
      return timestamp(value.toLocalDateTime());
    }
    return timestamp(value.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
  }

  static String timestamp(LocalDateTime value) {
    return infinite(value.getYear(), LAST_TIMESTAMP_YEAR, value.toString());
  }

  static String date(LocalDate value) {
    return infinite(value.getYear(), LAST_DATE_YEAR, value.toString());
  }

  private static String infinite(int year, int last, String finite) {
    return year > last ? "infinity" : year < -LAST_TIMESTAMP_YEAR ? "-infinity" : finite;
  }

  static String json(String text) {
    try {
      return sorted(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static String sorted(JsonNode node) {
    if (node.isObject()) {
      Map<String, String> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      return fields.toString();
    }
    if (node.isArray()) {
      List<String> elements = new ArrayList<>();
      node.forEach(element -> elements.add(sorted(element)));
      return elements.toString();
    }
    return node.isNumber() ? number(node.decimalValue()) : node.toString();
  }

  /**
   * Months, days and seconds. Postgres writes {@code 1 year 2 mons -3 days +04:05:06}, DuckDB
   * {@code 1 year 2 months -3 days 04:05:06}.
   */
  static String interval(String text) {
    long months = 0;
    long days = 0;
    Matcher unit = INTERVAL_UNIT.matcher(text);
    while (unit.find()) {
      long count = Long.parseLong(unit.group(1));
      switch (unit.group(2)) {
        case "year" -> months += count * 12;
        case "day" -> days += count;
        default -> months += count;
      }
    }
    BigDecimal seconds = BigDecimal.ZERO;
    Matcher time = INTERVAL_TIME.matcher(text);
    if (time.find()) {
      seconds =
          new BigDecimal(time.group(2))
              .multiply(SECONDS_PER_HOUR)
              .add(new BigDecimal(time.group(3)).multiply(SECONDS_PER_MINUTE))
              .add(new BigDecimal(time.group(4)));
      seconds = time.group(1).equals("-") ? seconds.negate() : seconds;
    }
    return months + "m " + days + "d " + number(seconds) + "s";
  }

  /** A list of what is already spelled. */
  static String list(List<String> values) {
    return values.toString();
  }

  /** A field of a composite value, whose type is not known on one side: numbers as numbers. */
  static String loose(@Nullable String text) {
    if (text == null) {
      return NULL;
    }
    return switch (text) {
      case "t" -> "true";
      case "f" -> "false";
      default -> looksNumeric(text) ? number(text) : text;
    };
  }

  private static boolean looksNumeric(String text) {
    return !text.isEmpty() && text.length() < 40 && text.matches("-?\\d+(\\.\\d+)?");
  }

  /** The fields of a composite's text form, {@code (1,"a b",)}. */
  static List<@Nullable String> fields(String text) {
    List<@Nullable String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    boolean present = false;
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i == text.length() - 1;
      if (!quoted && (c == ',' || (last && c == ')'))) {
        fields.add(present || !field.isEmpty() ? field.toString() : null);
        field.setLength(0);
        present = false;
      } else if (c == '"' && quoted && !last && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        present = true;
      } else if (c == '\\' && !last) {
        field.append(text.charAt(++i));
      } else {
        field.append(c);
      }
    }
    return fields;
  }

  static String hex(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
