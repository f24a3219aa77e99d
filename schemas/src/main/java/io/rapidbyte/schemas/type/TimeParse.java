package io.rapidbyte.schemas.type;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Reads dates and times in DateStyle ISO. One value; not to be kept. */
final class TimeParse {
  private final Site site;
  private final byte[] src;
  private int at;
  private int end;
  private final boolean beforeChrist;

  TimeParse(Site site, byte[] src, int off, int len) {
    this.site = site;
    this.src = src;
    at = off;
    end = off + len;
    beforeChrist = len > 3 && TextParse.is(src, end - 3, 3, " BC");
    if (beforeChrist) {
      end -= 3;
    }
  }

  /** Days since 1970; infinity as the largest or smallest int. */
  long date() {
    if (isInfinite()) {
      return src[at] == '-' ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
    long days = civil();
    done();
    return days;
  }

  /** µs since midnight. */
  long time() {
    long micros = clock();
    done();
    return micros;
  }

  /** µs since 1970, UTC; infinity as the largest or smallest long. */
  long stamp() {
    if (isInfinite()) {
      return src[at] == '-' ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    long days = civil();
    expect(' ');
    long micros = clock();
    if (at < end) {
      micros -= zone() * TimeText.MICROS_PER_SECOND;
    }
    done();
    return total(days, micros);
  }

  private long total(long days, long micros) {
    long wholeDays = days + Math.floorDiv(micros, TimeText.MICROS_PER_DAY);
    long rest = Math.floorMod(micros, TimeText.MICROS_PER_DAY);
    long lastDay = Long.MAX_VALUE / TimeText.MICROS_PER_DAY;
    long lastMicros = Long.MAX_VALUE % TimeText.MICROS_PER_DAY;
    if (wholeDays > lastDay || (wholeDays == lastDay && rest >= lastMicros)) {
      throw TimeWriter.Timestamp.tooLate(site);
    }
    return wholeDays * TimeText.MICROS_PER_DAY + rest;
  }

  private boolean isInfinite() {
    return TextParse.is(src, at, end - at, "infinity")
        || TextParse.is(src, at, end - at, "-infinity");
  }

  private long civil() {
    int year = number();
    expect('-');
    int month = number();
    expect('-');
    int day = number();
    try {
      return LocalDate.of(beforeChrist ? 1 - year : year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw site.malformed("there is no such date");
    }
  }

  private long clock() {
    int hours = number();
    expect(':');
    int minutes = number();
    long micros = 0;
    if (at < end && src[at] == ':') {
      at++;
      micros = number() * TimeText.MICROS_PER_SECOND + fraction();
    }
    micros += (hours * 60L + minutes) * 60 * TimeText.MICROS_PER_SECOND;
    if (minutes > 59 || micros > TimeText.MICROS_PER_DAY) {
      throw site.malformed("there is no such time");
    }
    return micros;
  }

  private long fraction() {
    if (at == end || src[at] != '.') {
      return 0;
    }
    int start = ++at;
    long micros = number();
    int digits = at - start;
    if (digits > 6) {
      throw site.malformed("its seconds have too many digits");
    }
    for (int i = digits; i < 6; i++) {
      micros *= 10;
    }
    return micros;
  }

  /** Seconds east of UTC. */
  private int zone() {
    boolean west = src[at] == '-';
    if (!west && src[at] != '+') {
      throw site.malformed("its time zone is not an offset");
    }
    at++;
    int seconds = number() * 3600;
    for (int unit = 60; unit > 0 && at < end && src[at] == ':'; unit /= 60) {
      at++;
      seconds += number() * unit;
    }
    return west ? -seconds : seconds;
  }

  private int number() {
    int start = at;
    int value = 0;
    while (at < end && src[at] >= '0' && src[at] <= '9') {
      value = value * 10 + (src[at++] - '0');
    }
    if (at == start || at - start > 8) {
      throw site.malformed("it is not a date or time in ISO form");
    }
    return value;
  }

  private void expect(char c) {
    if (at == end || src[at++] != c) {
      throw site.malformed("it is not a date or time in ISO form");
    }
  }

  private void done() {
    if (at != end) {
      throw site.malformed("more follows the date or time");
    }
  }
}
