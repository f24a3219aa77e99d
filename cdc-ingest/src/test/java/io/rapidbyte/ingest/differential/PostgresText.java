package io.rapidbyte.ingest.differential;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** How Postgres prints values, under the session settings that the source uses. */
final class PostgresText {
  static final String INFINITY = "infinity";
  static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
  private static final int DOUBLE_FIXED_DIGITS = 15;
  private static final int FLOAT_FIXED_DIGITS = 6;

  private PostgresText() {}

  static String bool(boolean value) {
    return value ? "t" : "f";
  }

  static String bytes(byte[] value) {
    return "\\x" + HexFormat.of().formatHex(value);
  }

  static String real(double value) {
    return number(value, Double.toString(value), DOUBLE_FIXED_DIGITS);
  }

  static String real(float value) {
    return number(value, Float.toString(value), FLOAT_FIXED_DIGITS);
  }

  /** The fewest digits that read back as the value; an exponent where the point is far away. */
  private static String number(double value, String shortest, int fixedDigits) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    String sign = 1 / value < 0 || value < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0";
    }
    BigDecimal exact = oneDigit(value, shortest, fixedDigits == FLOAT_FIXED_DIGITS);
    String digits = exact.unscaledValue().toString();
    int exponent = digits.length() - exact.scale() - 1;
    if (exponent >= -4 && exponent < fixedDigits) {
      return sign + exact.toPlainString();
    }
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%s%se%s%02d"
        .formatted(sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Java prints two digits at least, also where one is enough. */
  private static BigDecimal oneDigit(double value, String shortest, boolean single) {
    BigDecimal found = new BigDecimal(shortest).abs().stripTrailingZeros();
    if (found.precision() == 2) {
      BigDecimal shorter = found.round(new java.math.MathContext(1)).stripTrailingZeros();
      double again = single ? shorter.floatValue() : shorter.doubleValue();
      return again == Math.abs(value) ? shorter : found;
    }
    return found;
  }

  static String date(long epochDay) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    return day(date) + era(date);
  }

  /** A timestamp; {@code zone} is what stands between time and era. */
  static String timestamp(long epochMicros, String zone) {
    return timestamp(
        Math.floorDiv(epochMicros, MICROS_PER_DAY),
        Math.floorMod(epochMicros, MICROS_PER_DAY),
        zone);
  }

  static String timestamp(long epochDay, long micros, String zone) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    return day(date) + " " + time(micros) + zone + era(date);
  }

  private static String day(LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    return "%04d-%02d-%02d".formatted(year, date.getMonthValue(), date.getDayOfMonth());
  }

  private static String era(LocalDate date) {
    return date.getYear() > 0 ? "" : " BC";
  }

  static String time(long micros) {
    long seconds = micros / MICROS_PER_SECOND;
    return "%02d:%02d:%02d%s"
        .formatted(
            seconds / 3600, seconds / 60 % 60, seconds % 60, fraction(micros % MICROS_PER_SECOND));
  }

  private static String fraction(long micros) {
    if (micros == 0) {
      return "";
    }
    String digits = "%06d".formatted(micros);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return "." + digits.substring(0, end);
  }

  /** The style {@code postgres}. */
  static String interval(int months, int days, long micros) {
    StringBuilder out = new StringBuilder();
    boolean behindNegative = part(out, months / 12, "year", false);
    behindNegative = part(out, months % 12, "mon", behindNegative);
    behindNegative = part(out, days, "day", behindNegative);
    if (out.isEmpty() || micros != 0) {
      out.append(out.isEmpty() ? "" : " ");
      out.append(micros < 0 ? "-" : behindNegative ? "+" : "");
      out.append(micros == Long.MIN_VALUE ? "2562047788:00:54.775808" : time(Math.abs(micros)));
    }
    return out.toString();
  }

  private static boolean part(StringBuilder out, int value, String unit, boolean behindNegative) {
    if (value == 0) {
      return behindNegative;
    }
    out.append(out.isEmpty() ? "" : " ").append(behindNegative && value > 0 ? "+" : "");
    out.append(value).append(' ').append(unit).append(value == 1 ? "" : "s");
    return value < 0;
  }

  /** An array's elements, empty ones being NULL. */
  static String array(List<Optional<String>> elements, char delimiter) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < elements.size(); i++) {
      out.append(i == 0 ? "" : delimiter);
      out.append(elements.get(i).map(e -> element(e, delimiter)).orElse("NULL"));
    }
    return out.append('}').toString();
  }

  private static String element(String text, char delimiter) {
    boolean quoted =
        text.isEmpty()
            || text.equalsIgnoreCase("NULL")
            || text.chars().anyMatch(c -> "\"\\{}".indexOf(c) >= 0 || c == delimiter || isSpace(c));
    return quoted ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : text;
  }

  /** A composite's fields, empty ones being NULL. */
  static String record(List<Optional<String>> fields) {
    StringBuilder out = new StringBuilder("(");
    for (int i = 0; i < fields.size(); i++) {
      out.append(i == 0 ? "" : ",").append(fields.get(i).map(PostgresText::field).orElse(""));
    }
    return out.append(')').toString();
  }

  private static String field(String text) {
    IntPredicate special = c -> "\"\\(),".indexOf(c) >= 0 || isSpace(c);
    boolean quoted = text.isEmpty() || text.chars().anyMatch(special);
    return quoted ? '"' + text.replace("\\", "\\\\").replace("\"", "\"\"") + '"' : text;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Entries {@code key, value} of an hstore, in the order that they shall have. */
  static String hstore(List<java.util.Map.Entry<String, Optional<String>>> entries) {
    StringBuilder out = new StringBuilder();
    for (var entry : entries) {
      out.append(out.isEmpty() ? "" : ", ").append(quoted(entry.getKey())).append("=>");
      out.append(entry.getValue().map(PostgresText::quoted).orElse("NULL"));
    }
    return out.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
