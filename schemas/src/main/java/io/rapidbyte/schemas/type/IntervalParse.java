package io.rapidbyte.schemas.type;

/** Reads an interval in IntervalStyle postgres: {@code 1 year 2 mons -3 days +04:05:06.789}. */
final class IntervalParse {
  private final Site site;
  private final byte[] src;
  private final int end;
  private int at;
  private int months;
  private int days;
  private long micros;

  IntervalParse(Site site, byte[] src, int off, int len) {
    this.site = site;
    this.src = src;
    at = off;
    end = off + len;
    if (TextParse.is(src, off, len, "infinity")) {
      set(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    } else if (TextParse.is(src, off, len, "-infinity")) {
      set(Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE);
    } else {
      parts();
    }
  }

  int months() {
    return months;
  }

  int days() {
    return days;
  }

  long micros() {
    return micros;
  }

  private void set(int allMonths, int allDays, long allMicros) {
    months = allMonths;
    days = allDays;
    micros = allMicros;
  }

  private void parts() {
    if (at == end) {
      throw malformed();
    }
    try {
      while (at < end) {
        part();
        if (at < end && src[at] == ' ') {
          at++;
        }
      }
    } catch (ArithmeticException e) {
      throw site.outOfRange("a part of the interval is too large", "take the column as text");
    }
  }

  private void part() {
    boolean negative = src[at] == '-';
    if (negative || src[at] == '+') {
      at++;
    }
    long number = number();
    if (at < end && src[at] == ':') {
      long size = clock(number);
      micros = Math.addExact(micros, negative ? -size : size);
      return;
    }
    int signed = Math.toIntExact(negative ? -number : number);
    String unit = unit();
    switch (unit) {
      case "year", "years" -> months = Math.addExact(months, Math.multiplyExact(signed, 12));
      case "mon", "mons" -> months = Math.addExact(months, signed);
      case "day", "days" -> days = Math.addExact(days, signed);
      default -> throw malformed();
    }
  }

  private long clock(long hours) {
    at++;
    long minutes = Math.addExact(Math.multiplyExact(hours, 60L), number());
    if (at == end || src[at++] != ':') {
      throw malformed();
    }
    long seconds = Math.addExact(Math.multiplyExact(minutes, 60L), number());
    long size = Math.multiplyExact(seconds, TimeText.MICROS_PER_SECOND);
    if (at < end && src[at] == '.') {
      at++;
      long unit = TimeText.MICROS_PER_SECOND / 10;
      for (; at < end && src[at] >= '0' && src[at] <= '9'; unit /= 10) {
        size = Math.addExact(size, (src[at++] - '0') * unit);
      }
    }
    return size;
  }

  private String unit() {
    if (at == end || src[at++] != ' ') {
      throw malformed();
    }
    int start = at;
    while (at < end && src[at] != ' ') {
      at++;
    }
    return TextParse.ascii(src, start, at - start);
  }

  private long number() {
    int start = at;
    long value = 0;
    while (at < end && src[at] >= '0' && src[at] <= '9') {
      value = Math.addExact(Math.multiplyExact(value, 10L), src[at++] - '0');
    }
    if (at == start) {
      throw malformed();
    }
    return value;
  }

  private RuntimeException malformed() {
    return site.malformed("it is not an interval in IntervalStyle postgres");
  }
}
