package io.rapidbyte.schemas.type;

import java.util.Optional;

/**
 * The precision and scale that a numeric's typmod holds (numeric.c, {@code make_numeric_typmod}).
 */
record NumericTypmod(int precision, int scale) {
  private static final int HEADER = 4;
  private static final int SCALE_MASK = 0x7ff;
  private static final int SCALE_SIGN = 0x400;

  /** Empty for an unconstrained numeric. */
  static Optional<NumericTypmod> of(int typmod) {
    if (typmod < HEADER) {
      return Optional.empty();
    }
    int bits = typmod - HEADER;
    return Optional.of(
        new NumericTypmod(bits >>> 16 & 0xffff, ((bits & SCALE_MASK) ^ SCALE_SIGN) - SCALE_SIGN));
  }

  int typmod() {
    return ((precision << 16) | (scale & SCALE_MASK)) + HEADER;
  }

  /** Whether a Decimal128 holds every finite value. */
  boolean fitsDecimal128() {
    return precision <= 38 && scale >= 0 && scale <= precision;
  }
}
