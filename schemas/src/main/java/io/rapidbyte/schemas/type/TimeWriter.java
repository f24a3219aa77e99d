package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;

/**
 * Dates and times. Postgres counts from 2000, Arrow from 1970; infinity is the largest and smallest
 * number in both, and stays so.
 */
final class TimeWriter {
  private static final String FIX = "take the column as text";

  private TimeWriter() {}

  /** {@code date}. Every finite one fits. */
  record Date(Site site, DateDayVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 4);
      int days = Wire.int32(src, off);
      boolean finite = days != Integer.MAX_VALUE && days != Integer.MIN_VALUE;
      put(row, finite ? (long) days + TimeText.EPOCH_DAYS : days);
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      put(row, new TimeParse(site, src, off, len).date());
    }

    private void put(int row, long days) {
      if (days != (int) days) {
        throw site.outOfRange("the date is too late", FIX);
      }
      vector.setSafe(row, (int) days);
    }
  }

  /** {@code time}; 24:00:00 is 86400000000. */
  record Time(Site site, TimeMicroVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 8);
      vector.setSafe(row, TimeText.ofDay(site, Wire.int64(src, off)));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, new TimeParse(site, src, off, len).time());
    }
  }

  /**
   * {@code timestamp}, with and without time zone. The last 29 years of Postgres's range, from
   * 294247-01-10 04:00:54.775807 on, exceed 64 bits of µs since 1970 and are refused.
   */
  record Timestamp(Site site, TimeStampVector vector) implements FixedWriter {
    private static final long LAST = Long.MAX_VALUE - 1 - TimeText.EPOCH_MICROS;

    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 8);
      long micros = Wire.int64(src, off);
      if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
        vector.setSafe(row, micros);
        return;
      }
      if (micros > LAST) {
        throw tooLate(site);
      }
      vector.setSafe(row, micros + TimeText.EPOCH_MICROS);
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, new TimeParse(site, src, off, len).stamp());
    }

    static RuntimeException tooLate(Site site) {
      return site.outOfRange("the time is later than µs since 1970 can say", FIX);
    }
  }

  /** {@code interval}; µs become ns, so that its time part must be below 292 years. */
  record Interval(Site site, IntervalMonthDayNanoVector vector) implements FixedWriter {
    private static final long MOST = Long.MAX_VALUE / 1000;

    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 16);
      put(row, Wire.int32(src, off + 12), Wire.int32(src, off + 8), Wire.int64(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      IntervalParse parsed = new IntervalParse(site, src, off, len);
      put(row, parsed.months(), parsed.days(), parsed.micros());
    }

    private void put(int row, int months, int days, long micros) {
      boolean infinite =
          (months == Integer.MAX_VALUE && days == Integer.MAX_VALUE && micros == Long.MAX_VALUE)
              || (months == Integer.MIN_VALUE
                  && days == Integer.MIN_VALUE
                  && micros == Long.MIN_VALUE);
      if (!infinite && (micros > MOST || micros < -MOST)) {
        throw site.outOfRange("its hours exceed 292 years", FIX);
      }
      vector.setSafe(row, months, days, infinite ? micros : micros * 1000);
    }
  }

  static ColumnWriter of(Site site, BaseType type, BaseFixedWidthVector vector) {
    return switch (type) {
      case DATE -> new Date(site, (DateDayVector) vector);
      case TIME -> new Time(site, (TimeMicroVector) vector);
      case TIMESTAMP, TIMESTAMPTZ -> new Timestamp(site, (TimeStampVector) vector);
      case INTERVAL -> new Interval(site, (IntervalMonthDayNanoVector) vector);
      default -> throw new IllegalArgumentException(type + " is no time");
    };
  }
}
