package io.rapidbyte.schemas.type;

import java.time.LocalDate;

/** Dates and times as Postgres prints them under DateStyle ISO, IntervalStyle postgres, UTC. */
final class TimeText {
  static final long MICROS_PER_SECOND = 1_000_000L;
  static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

  /** Days from 1970-01-01 to 2000-01-01, Postgres's own epoch. */
  static final int EPOCH_DAYS = 10_957;

  static final long EPOCH_MICROS = EPOCH_DAYS * MICROS_PER_DAY;

  private TimeText() {}

  static TextForm of(Site site, BaseType type) {
    return switch (type) {
      case DATE ->
          (src, off, len, out) -> {
            site.expect(len, 4);
            int days = Wire.int32(src, off);
            if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
              infinity(out, days > 0);
            } else {
              date(out, (long) days + EPOCH_DAYS);
            }
          };
      case TIME ->
          (src, off, len, out) -> {
            site.expect(len, 8);
            time(out, ofDay(site, Wire.int64(src, off)));
          };
      case TIMETZ ->
          (src, off, len, out) -> {
            site.expect(len, 12);
            time(out, ofDay(site, Wire.int64(src, off)));
            zone(out, -Wire.int32(src, off + 8));
          };
      case TIMESTAMP, TIMESTAMPTZ ->
          (src, off, len, out) -> {
            site.expect(len, 8);
            stamp(out, Wire.int64(src, off), EPOCH_DAYS, type == BaseType.TIMESTAMPTZ);
          };
      case INTERVAL ->
          (src, off, len, out) -> {
            site.expect(len, 16);
            interval(
                out, Wire.int32(src, off + 12), Wire.int32(src, off + 8), Wire.int64(src, off));
          };
      default -> throw new IllegalArgumentException(type + " is no time");
    };
  }

  static long ofDay(Site site, long micros) {
    if (micros < 0 || micros > MICROS_PER_DAY) {
      throw site.malformed("it is not within a day");
    }
    return micros;
  }

  static void infinity(Bytes out, boolean positive) {
    out.ascii(positive ? "infinity" : "-infinity");
  }

  /** A date by its days since 1970. */
  static void date(Bytes out, long epochDay) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    civil(out, date);
    era(out, date);
  }

  private static void civil(Bytes out, LocalDate date) {
    int year = date.getYear();
    out.digits(year > 0 ? year : 1 - year, 4).put('-');
    out.digits(date.getMonthValue(), 2).put('-').digits(date.getDayOfMonth(), 2);
  }

  private static void era(Bytes out, LocalDate date) {
    if (date.getYear() <= 0) {
      out.ascii(" BC");
    }
  }

  /** A time of day, fractions without trailing zeros. */
  static void time(Bytes out, long micros) {
    long seconds = micros / MICROS_PER_SECOND;
    out.digits(seconds / 3600, 2).put(':').digits(seconds / 60 % 60, 2).put(':');
    out.digits(seconds % 60, 2);
    fraction(out, micros % MICROS_PER_SECOND);
  }

  private static void fraction(Bytes out, long micros) {
    if (micros == 0) {
      return;
    }
    long rest = micros;
    int width = 6;
    while (rest % 10 == 0) {
      rest /= 10;
      width--;
    }
    out.put('.').digits(rest, width);
  }

  /** An offset from UTC, east positive. */
  static void zone(Bytes out, int seconds) {
    long size = Math.abs((long) seconds);
    out.put(seconds < 0 ? '-' : '+').digits(size / 3600, 2);
    if (size % 3600 != 0) {
      out.put(':').digits(size / 60 % 60, 2);
    }
    if (size % 60 != 0) {
      out.put(':').digits(size % 60, 2);
    }
  }

  /**
   * A timestamp by its µs since an epoch, which is {@code epochDays} behind 1970; the largest and
   * smallest are infinite.
   */
  static void stamp(Bytes out, long micros, int epochDays, boolean utc) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      infinity(out, micros > 0);
      return;
    }
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_PER_DAY) + epochDays);
    civil(out, date);
    out.put(' ');
    time(out, Math.floorMod(micros, MICROS_PER_DAY));
    if (utc) {
      out.ascii("+00");
    }
    era(out, date);
  }

  /** An interval in IntervalStyle postgres. */
  static void interval(Bytes out, int months, int days, long micros) {
    if (months == Integer.MAX_VALUE && days == Integer.MAX_VALUE && micros == Long.MAX_VALUE) {
      infinity(out, true);
      return;
    }
    if (months == Integer.MIN_VALUE && days == Integer.MIN_VALUE && micros == Long.MIN_VALUE) {
      infinity(out, false);
      return;
    }
    int start = out.length();
    boolean afterNegative = part(out, start, months / 12, "year", false);
    afterNegative = part(out, start, months % 12, "mon", afterNegative);
    afterNegative = part(out, start, days, "day", afterNegative);
    if (micros != 0 || out.length() == start) {
      if (out.length() > start) {
        out.put(' ');
      }
      if (micros < 0) {
        out.put('-');
      } else if (afterNegative) {
        out.put('+');
      }
      clock(out, micros);
    }
  }

  private static boolean part(Bytes out, int start, int value, String unit, boolean afterNegative) {
    if (value == 0) {
      return afterNegative;
    }
    if (out.length() > start) {
      out.put(' ');
    }
    if (afterNegative && value > 0) {
      out.put('+');
    }
    out.decimal(value).put(' ').ascii(unit);
    if (value != 1) {
      out.put('s');
    }
    return value < 0;
  }

  /** Hours, minutes and seconds of a span's size; hours may have many digits. */
  private static void clock(Bytes out, long micros) {
    long seconds = Math.abs(micros / MICROS_PER_SECOND);
    out.digits(seconds / 3600, 2).put(':').digits(seconds / 60 % 60, 2).put(':');
    out.digits(seconds % 60, 2);
    fraction(out, Math.abs(micros % MICROS_PER_SECOND));
  }
}
