package io.rapidbyte.schemas.type;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.DecimalVector;

/** A Decimal128 as a numeric's groups of four decimal digits, without objects in between. */
final class DecimalBody implements CopyBody {
  private static final int GROUP_DIGITS = 4;
  private static final int MOST_GROUPS = 11;
  private static final int[] POWERS = {1, 10, 100, 1_000, 10_000};
  private static final long MASK = 0xffff_ffffL;

  private final DecimalVector vector;
  private final int scale;
  private final short[] groups = new short[MOST_GROUPS];
  private long high;
  private long low;

  DecimalBody(DecimalVector vector) {
    this.vector = vector;
    scale = vector.getScale();
  }

  @Override
  public void append(int row, Bytes out) {
    ArrowBuf data = vector.getDataBuffer();
    low = data.getLong(row * 16L);
    high = data.getLong(row * 16L + 8);
    boolean negative = high < 0;
    if (negative) {
      low = -low;
      high = low == 0 ? -high : ~high;
    }
    int count = split();
    int fractionGroups = (scale + GROUP_DIGITS - 1) / GROUP_DIGITS;
    out.int16(count).int16(count - fractionGroups - 1);
    out.int16(negative ? NumericText.NEGATIVE : NumericText.POSITIVE).int16(scale);
    for (int i = count - 1; i >= 0; i--) {
      out.int16(groups[i]);
    }
  }

  /** Fills the groups, lowest first; the lowest may be cut short by the scale. */
  private int split() {
    int count = 0;
    int partial = scale % GROUP_DIGITS;
    if (partial != 0) {
      groups[count++] = (short) (divide(POWERS[partial]) * POWERS[GROUP_DIGITS - partial]);
    }
    while ((high | low) != 0) {
      groups[count++] = (short) divide(POWERS[GROUP_DIGITS]);
    }
    return count;
  }

  /** Divides the number by a small one and returns the rest. */
  private int divide(int divisor) {
    if (high == 0 && low >= 0) {
      int rest = (int) (low % divisor);
      low /= divisor;
      return rest;
    }
    long rest = high % divisor;
    high /= divisor;
    long upper = (rest << 32) | (low >>> 32);
    long lower = ((upper % divisor) << 32) | (low & MASK);
    low = ((upper / divisor) << 32) | (lower / divisor);
    return (int) (lower % divisor);
  }
}
