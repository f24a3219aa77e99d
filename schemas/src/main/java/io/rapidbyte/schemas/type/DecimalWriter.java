package io.rapidbyte.schemas.type;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.DecimalVector;

/**
 * Numerics as Decimal128, computed in two longs. A precision of at most 38 digits leaves the sign
 * bit free, so no step overflows once the number of digits before the point is known to fit.
 */
final class DecimalWriter implements FixedWriter {
  private static final long GROUP = 10_000;
  private static final int GROUP_DIGITS = 4;
  private static final long[] POWERS = {1, 10, 100, 1_000, 10_000};
  private static final String FIX = "take the column as text, or as a wider decimal";

  private final Site site;
  private final DecimalVector vector;
  private final int scale;
  private final int wholeDigits;
  private long high;
  private long low;

  DecimalWriter(Site site, DecimalVector vector) {
    this.site = site;
    this.vector = vector;
    scale = vector.getScale();
    wholeDigits = vector.getPrecision() - scale;
  }

  @Override
  public DecimalVector vector() {
    return vector;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    NumericText.check(site, src, off, len);
    int sign = NumericText.sign(src, off);
    if (sign != NumericText.POSITIVE && sign != NumericText.NEGATIVE) {
      throw notFinite();
    }
    high = 0;
    low = 0;
    int count = NumericText.count(src, off);
    int exponent = GROUP_DIGITS * NumericText.weight(src, off) + scale;
    boolean leading = true;
    for (int i = 0; i < count; i++, exponent -= GROUP_DIGITS) {
      int group = Wire.int16(src, off + NumericText.HEADER + 2 * i);
      if (leading && group != 0) {
        leading = false;
        checkWhole(exponent - scale + digits(group));
      }
      group(group, exponent);
    }
    if (!leading) {
      raise(exponent + GROUP_DIGITS);
    }
    put(row, sign == NumericText.NEGATIVE);
  }

  /** Appends a group whose last digit stands {@code exponent} digits before the last we keep. */
  private void group(int group, int exponent) {
    if (exponent >= 0) {
      append(GROUP, group);
      return;
    }
    int kept = Math.max(0, GROUP_DIGITS + exponent);
    long cut = POWERS[GROUP_DIGITS - kept];
    if (group % cut != 0) {
      throw tooFine();
    }
    append(POWERS[kept], group / cut);
  }

  private void raise(int exponent) {
    int left = exponent;
    while (left > 0) {
      int step = Math.min(left, GROUP_DIGITS);
      append(POWERS[step], 0);
      left -= step;
    }
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    high = 0;
    low = 0;
    int end = off + len;
    boolean negative = len > 0 && src[off] == '-';
    int at = negative || (len > 0 && src[off] == '+') ? off + 1 : off;
    int point = indexOf(src, at, end, '.');
    if (point - at + end - point < 1 || !digits(src, at, point)) {
      throw notANumber(src, off, len);
    }
    while (at < point && src[at] == '0') {
      at++;
    }
    checkWhole(point - at);
    append(src, at, point);
    int fraction = Math.min(point + 1, end);
    if (!digits(src, fraction, end)) {
      throw notANumber(src, off, len);
    }
    int kept = Math.min(end, fraction + scale);
    append(src, fraction, kept);
    for (int i = kept; i < end; i++) {
      if (src[i] != '0') {
        throw tooFine();
      }
    }
    for (int missing = scale - (kept - fraction); missing > 0; missing--) {
      append(10, 0);
    }
    put(row, negative);
  }

  private void append(byte[] src, int start, int end) {
    for (int i = start; i < end; i++) {
      append(10, src[i] - '0');
    }
  }

  private static boolean digits(byte[] src, int start, int end) {
    for (int i = start; i < end; i++) {
      if (src[i] < '0' || src[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(byte[] src, int start, int end, char wanted) {
    for (int i = start; i < end; i++) {
      if (src[i] == wanted) {
        return i;
      }
    }
    return end;
  }

  private void append(long factor, long addend) {
    long carry = Math.unsignedMultiplyHigh(low, factor);
    low = low * factor + addend;
    if (Long.compareUnsigned(low, addend) < 0) {
      carry++;
    }
    high = high * factor + carry;
  }

  private static int digits(int group) {
    return group >= 1000 ? 4 : group >= 100 ? 3 : group >= 10 ? 2 : 1;
  }

  private void checkWhole(int digits) {
    if (digits > wholeDigits) {
      throw site.outOfRange(
          "it has " + digits + " digits before the point, the decimal " + wholeDigits, FIX);
    }
  }

  private void put(int row, boolean negative) {
    long lowest = low;
    long highest = high;
    if (negative) {
      lowest = -lowest;
      highest = lowest == 0 ? -highest : ~highest;
    }
    vector.setIndexDefined(row);
    ArrowBuf buffer = vector.getDataBuffer();
    buffer.setLong(row * 16L, lowest);
    buffer.setLong(row * 16L + 8, highest);
  }

  private RuntimeException notANumber(byte[] src, int off, int len) {
    boolean known =
        TextParse.is(src, off, len, "NaN")
            || TextParse.is(src, off, len, "Infinity")
            || TextParse.is(src, off, len, "-Infinity");
    return known ? notFinite() : site.malformed("it is not a decimal number");
  }

  private RuntimeException notFinite() {
    return site.outOfRange("NaN and infinity are no decimals", "take the column as text");
  }

  private RuntimeException tooFine() {
    return site.outOfRange("it has more than " + scale + " digits behind the point", FIX);
  }
}
