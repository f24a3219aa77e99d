package io.rapidbyte.schemas.condition;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates and times in Postgres's ISO text form, as numbers since 2000-01-01. */
final class DateTimes {
  static final long DAY_MICROS = 86_400_000_000L;
  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long SECOND_MICROS = 1_000_000;

  private static final String DATE = "(\\d{4,6})-(\\d{1,2})-(\\d{1,2})";
  private static final String TIME = "(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?";
  private static final String ZONE = "\\s*(Z|[+-]\\d{1,2}(?::?\\d{2}(?::?\\d{2})?)?)";
  private static final String ERA = "(\\s+BC)?";

  private static final Pattern A_DATE = Pattern.compile(DATE + ERA);
  private static final Pattern A_TIME = Pattern.compile(TIME);
  private static final Pattern A_TIMESTAMP =
      Pattern.compile(DATE + "(?:[ T]" + TIME + "(?:" + ZONE + ")?)?" + ERA);

  private DateTimes() {}

  /**
   * Days since 2000-01-01.
   *
   * @throws IllegalArgumentException where the text is not YYYY-MM-DD or an infinity
   */
  static long date(String text) {
    return switch (text) {
      case "infinity" -> Integer.MAX_VALUE;
      case "-infinity" -> Integer.MIN_VALUE;
      default -> {
        Matcher m = match(A_DATE, text, "a date is written YYYY-MM-DD");
        yield day(m.group(1), m.group(2), m.group(3), m.group(4) != null);
      }
    };
  }

  /** Microseconds since midnight. */
  static long time(String text) {
    return time(match(A_TIME, text, "a time is written HH:MM:SS"), 1);
  }

  /**
   * Microseconds since 2000-01-01, in UTC where {@code zoned}; then the text must say its offset.
   *
   * @throws IllegalArgumentException where the text is not YYYY-MM-DD HH:MM:SS[offset] or an
   *     infinity
   */
  static long timestamp(String text, boolean zoned) {
    if (text.equals("infinity")) {
      return Long.MAX_VALUE;
    } else if (text.equals("-infinity")) {
      return Long.MIN_VALUE;
    }
    Matcher m = match(A_TIMESTAMP, text, "a timestamp is written YYYY-MM-DD HH:MM:SS");
    String zone = m.group(8);
    if (zoned && zone == null) {
      throw new IllegalArgumentException(
          "a timestamp with time zone must say its offset, as in 2026-01-31 12:00:00+00");
    }
    long day = day(m.group(1), m.group(2), m.group(3), m.group(9) != null);
    long time = m.group(4) == null ? 0 : time(m, 4);
    long offset = zoned && zone != null ? offset(zone) : 0;
    return Math.addExact(Math.multiplyExact(day, DAY_MICROS), time) - offset;
  }

  private static Matcher match(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(otherwise + ", not " + text);
    }
    return matcher;
  }

  private static long day(String year, String month, String day, boolean beforeChrist) {
    int y = Integer.parseInt(year);
    try {
      LocalDate date =
          LocalDate.of(beforeChrist ? 1 - y : y, Integer.parseInt(month), Integer.parseInt(day));
      return date.toEpochDay() - EPOCH_DAY;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("there is no such day: " + e.getMessage(), e);
    }
  }

  private static long time(Matcher m, int first) {
    int hours = Integer.parseInt(m.group(first));
    int minutes = Integer.parseInt(m.group(first + 1));
    int seconds = m.group(first + 2) == null ? 0 : Integer.parseInt(m.group(first + 2));
    String fraction = m.group(first + 3);
    long micros =
        fraction == null ? 0 : Long.parseLong(fraction + "0".repeat(6 - fraction.length()));
    long total = ((hours * 60L + minutes) * 60 + seconds) * SECOND_MICROS + micros;
    if (minutes > 59 || seconds > 59 || total > DAY_MICROS) {
      throw new IllegalArgumentException("there is no such time: " + m.group());
    }
    return total;
  }

  private static long offset(String zone) {
    if (zone.equals("Z")) {
      return 0;
    }
    String digits = zone.substring(1);
    String[] parts =
        digits.indexOf(':') >= 0 || digits.length() <= 2
            ? digits.split(":", -1)
            : digits.split("(?<=\\G..)", -1);
    long seconds = 0;
    long unit = 3600;
    for (String part : parts) {
      seconds += part.isEmpty() ? 0 : Long.parseLong(part) * unit;
      unit /= 60;
    }
    return (zone.charAt(0) == '-' ? -seconds : seconds) * SECOND_MICROS;
  }
}
