package io.rapidbyte.schemas.condition;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Values in Postgres's text form, from literals and from the log. */
final class TextValues {
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern UUID_DIGITS = Pattern.compile("[0-9a-fA-F]{32}");
  private static final BigDecimal LARGEST_FLOAT = new BigDecimal(Float.MAX_VALUE);

  private TextValues() {}

  /**
   * The value that {@code text} stands for.
   *
   * @throws IllegalArgumentException where it is none of {@code kind}, or written in a way that
   *     only Postgres reads; the message says so
   */
  static Object parse(ValueKind kind, String text) {
    return switch (kind) {
      case INT2 -> integer(text, Short.MIN_VALUE, Short.MAX_VALUE, "smallint");
      case INT4 -> integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE, "integer");
      case INT8 -> integer(text, Long.MIN_VALUE, Long.MAX_VALUE, "bigint");
      case NUMERIC -> numeric(text);
      case FLOAT4 -> float4(text);
      case FLOAT8 -> float8(text);
      case BOOL -> bool(text);
      case TEXT, BPCHAR, ENUM, UNKNOWN -> text;
      case DATE -> DateTimes.date(text);
      case TIME -> DateTimes.time(text);
      case TIMESTAMP -> DateTimes.timestamp(text, false);
      case TIMESTAMPTZ -> DateTimes.timestamp(text, true);
      case UUID -> uuid(text);
      case OPAQUE -> throw new IllegalArgumentException("its type can only be tested for NULL");
    };
  }

  private static Long integer(String text, long least, long most, String type) {
    String digits = text.strip();
    if (!INTEGER.matcher(digits).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not of type " + type);
    }
    java.math.BigInteger value = new java.math.BigInteger(digits);
    if (value.compareTo(java.math.BigInteger.valueOf(least)) < 0
        || value.compareTo(java.math.BigInteger.valueOf(most)) > 0) {
      throw new IllegalArgumentException(text + " is out of range for type " + type);
    }
    return value.longValue();
  }

  private static Object numeric(String text) {
    Double special = special(text);
    if (!special.equals(0.0)) {
      return special;
    }
    BigDecimal value = new BigDecimal(number(text));
    return value.scale() < 0 ? value.setScale(0) : value;
  }

  private static Float float4(String text) {
    Double special = special(text);
    if (!special.equals(0.0)) {
      return special.floatValue();
    }
    BigDecimal exact = new BigDecimal(number(text));
    float value = Float.parseFloat(number(text));
    boolean vanished = value == 0 && exact.signum() != 0;
    if (Float.isInfinite(value) || exact.abs().compareTo(LARGEST_FLOAT) > 0 || vanished) {
      throw new IllegalArgumentException(text + " is out of range for type real");
    }
    return value;
  }

  private static Double float8(String text) {
    Double special = special(text);
    if (!special.equals(0.0)) {
      return special;
    }
    double value = Double.parseDouble(number(text));
    boolean vanished = value == 0 && new BigDecimal(number(text)).signum() != 0;
    if (Double.isInfinite(value) || vanished) {
      throw new IllegalArgumentException(text + " is out of range for type double precision");
    }
    return value;
  }

  /** NaN and the infinities; 0 for what is none of them. */
  private static Double special(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "infinity", "+infinity", "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
      default -> 0.0;
    };
  }

  private static String number(String text) {
    String stripped = text.strip();
    if (!NUMBER.matcher(stripped).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a number");
    }
    return stripped;
  }

  private static Boolean bool(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.isEmpty()) {
      throw new IllegalArgumentException("'' is not a boolean");
    } else if ("true".startsWith(word) || "yes".startsWith(word) || word.equals("on")) {
      return true;
    } else if ("false".startsWith(word) || "no".startsWith(word)) {
      return false;
    }
    return switch (word) {
      case "1" -> true;
      case "0", "of", "off" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is not a boolean");
    };
  }

  private static UUID uuid(String text) {
    String digits = text.replace("-", "");
    boolean wellFormed = UUID_DIGITS.matcher(digits).matches();
    if (!wellFormed || (text.length() != 36 && text.length() != 32)) {
      throw new IllegalArgumentException("'" + text + "' is not a uuid");
    }
    return new UUID(
        Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
  }
}
