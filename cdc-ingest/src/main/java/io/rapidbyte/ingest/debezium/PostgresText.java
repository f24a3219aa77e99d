package io.rapidbyte.ingest.debezium;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.data.SpecialValueDecimal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.function.ToDoubleFunction;

/**
 * The text that Postgres has for a value, byte for byte: keys are compared by it. As a session with
 * our settings prints it.
 */
final class PostgresText {
  private static final String INFINITY = "infinity";
  private static final String MINUS_INFINITY = "-infinity";

  /** From this exponent on, Postgres writes a double by its exponent. */
  private static final int DOUBLE_DIGITS = 15;

  private static final int REAL_DIGITS = 6;

  /** Below it, what lies between two numbers has more digits than either needs. */
  private static final double FIRST_BETWEEN_DOUBLES = 1e15;

  private static final double FIRST_BETWEEN_REALS = 1e5;
  private static final int LEAST_EXPONENT = -4;
  private static final int NANOS_PER_MICRO = 1000;

  private PostgresText() {}

  static String of(SpecialValueDecimal number) {
    return number
        .getDecimalValue()
        .map(BigDecimal::toPlainString)
        .orElseGet(() -> special(number.toDouble()));
  }

  static String of(double value) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (value == 0) {
      return Double.compare(value, 0.0) < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value));
    BigDecimal one = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    // Java writes two digits where one says it already.
    digits = one.doubleValue() == value ? one : digits;
    if (Math.abs(value) >= FIRST_BETWEEN_DOUBLES) {
      digits =
          inside(digits, value, Math.nextUp(value), Math.nextDown(value), d -> d.doubleValue());
    }
    return digits(digits, DOUBLE_DIGITS);
  }

  static String of(float value) {
    if (!Float.isFinite(value)) {
      return special(value);
    }
    if (value == 0) {
      return Float.compare(value, 0.0f) < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(Float.toString(value));
    BigDecimal one = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    digits = one.floatValue() == value ? one : digits;
    if (Math.abs(value) >= FIRST_BETWEEN_REALS) {
      digits = inside(digits, value, Math.nextUp(value), Math.nextDown(value), d -> d.floatValue());
    }
    return digits(digits, REAL_DIGITS);
  }

  /**
   * Digits that lie just between two numbers are the even one's to Java, and nobody's to Postgres,
   * who then writes one more.
   */
  private static BigDecimal inside(
      BigDecimal digits,
      double value,
      double above,
      double below,
      ToDoubleFunction<BigDecimal> as) {
    if (Double.isInfinite(above) || Double.isInfinite(below)) {
      return digits;
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal twice = digits.add(digits);
    if (twice.compareTo(exact.add(new BigDecimal(above))) != 0
        && twice.compareTo(exact.add(new BigDecimal(below))) != 0) {
      return digits;
    }
    BigDecimal more = digits;
    for (int precision = digits.precision(); more.compareTo(digits) == 0; precision++) {
      BigDecimal next = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
      more = as.applyAsDouble(next) == value ? next : digits;
    }
    return more;
  }

  private static String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return value > 0 ? "Infinity" : "-Infinity";
  }

  private static String digits(BigDecimal number, int most) {
    BigDecimal bare = number.stripTrailingZeros();
    int exponent = bare.precision() - bare.scale() - 1;
    if (exponent >= LEAST_EXPONENT && exponent < most) {
      return bare.toPlainString();
    }
    String all = bare.unscaledValue().abs().toString();
    StringBuilder text = new StringBuilder(bare.signum() < 0 ? "-" : "").append(all.charAt(0));
    if (all.length() > 1) {
      text.append('.').append(all, 1, all.length());
    }
    text.append(exponent < 0 ? "e-" : "e+");
    return text.append(twoDigits(Math.abs(exponent))).toString();
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  static String of(LocalDate date) {
    if (date.equals(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE)) {
      return INFINITY;
    }
    if (date.equals(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE)) {
      return MINUS_INFINITY;
    }
    StringBuilder text = new StringBuilder();
    date(text, date);
    return era(text, date);
  }

  static String of(Instant moment) {
    if (moment.equals(PostgresValueConverter.POSITIVE_INFINITY_INSTANT)) {
      return INFINITY;
    }
    if (moment.equals(PostgresValueConverter.NEGATIVE_INFINITY_INSTANT)) {
      return MINUS_INFINITY;
    }
    return moment(LocalDateTime.ofInstant(moment, ZoneOffset.UTC), "");
  }

  static String of(OffsetDateTime moment) {
    if (moment.equals(PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME)) {
      return INFINITY;
    }
    if (moment.equals(PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME)) {
      return MINUS_INFINITY;
    }
    return moment(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), "+00");
  }

  static String of(byte[] bytes) {
    return "\\x" + HexFormat.of().formatHex(bytes);
  }

  private static String moment(LocalDateTime moment, String zone) {
    StringBuilder text = new StringBuilder();
    date(text, moment.toLocalDate());
    time(text.append(' '), moment.toLocalTime());
    return era(text.append(zone), moment.toLocalDate());
  }

  /** The year before 1 AD is 1 BC. */
  private static void date(StringBuilder text, LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    for (int least = 1000; least > year; least /= 10) {
      text.append('0');
    }
    text.append(year)
        .append('-')
        .append(twoDigits(date.getMonthValue()))
        .append('-')
        .append(twoDigits(date.getDayOfMonth()));
  }

  private static String era(StringBuilder text, LocalDate date) {
    return date.getYear() > 0 ? text.toString() : text.append(" BC").toString();
  }

  private static void time(StringBuilder text, LocalTime time) {
    text.append(twoDigits(time.getHour()))
        .append(':')
        .append(twoDigits(time.getMinute()))
        .append(':')
        .append(twoDigits(time.getSecond()));
    int micros = time.getNano() / NANOS_PER_MICRO;
    if (micros > 0) {
      String fraction = Integer.toString(1_000_000 + micros).substring(1);
      int end = fraction.length();
      while (fraction.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(fraction, 0, end);
    }
  }
}
