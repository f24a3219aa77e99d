package io.rapidbyte.schemas.type;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as Postgres prints them since version 12: the fewest digits that stand
 * strictly nearer to the number than to its neighbours. (Java counts the midpoint in, and so
 * sometimes prints another.)
 */
final class FloatText {
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final int SMALLEST_FIXED = -4;
  private static final int FIRST_EXPONENT_FLOAT = 6;
  private static final int FIRST_EXPONENT_DOUBLE = 15;

  private FloatText() {}

  static void append(Bytes out, double value) {
    if (special(out, value)) {
      return;
    }
    double size = Math.abs(value);
    BigDecimal exact = new BigDecimal(size);
    BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(size))).divide(TWO);
    BigDecimal above = new BigDecimal(Math.ulp(size)).divide(TWO);
    digits(out, value < 0, shortest(exact, below, above, 17), FIRST_EXPONENT_DOUBLE);
  }

  static void append(Bytes out, float value) {
    if (special(out, value)) {
      return;
    }
    float size = Math.abs(value);
    BigDecimal exact = new BigDecimal(size);
    BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(size))).divide(TWO);
    BigDecimal above = new BigDecimal(Math.ulp(size)).divide(TWO);
    digits(out, value < 0, shortest(exact, below, above, 9), FIRST_EXPONENT_FLOAT);
  }

  private static boolean special(Bytes out, double value) {
    if (Double.isNaN(value)) {
      out.ascii("NaN");
    } else if (Double.isInfinite(value)) {
      out.ascii(value > 0 ? "Infinity" : "-Infinity");
    } else if (value == 0) {
      out.ascii(1 / value > 0 ? "0" : "-0");
    } else {
      return false;
    }
    return true;
  }

  private static BigDecimal shortest(
      BigDecimal exact, BigDecimal below, BigDecimal above, int enough) {
    for (int precision = 1; precision < enough; precision++) {
      BigDecimal low = exact.round(new MathContext(precision, RoundingMode.FLOOR));
      BigDecimal high = exact.round(new MathContext(precision, RoundingMode.CEILING));
      boolean lowFits = exact.subtract(low).compareTo(below) < 0;
      boolean highFits = high.subtract(exact).compareTo(above) < 0;
      if (lowFits && highFits) {
        return exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
      }
      if (lowFits || highFits) {
        return lowFits ? low : high;
      }
    }
    return exact.round(new MathContext(enough, RoundingMode.HALF_EVEN));
  }

  private static void digits(Bytes out, boolean negative, BigDecimal value, int firstExponent) {
    BigDecimal plain = value.stripTrailingZeros();
    String digits = plain.unscaledValue().toString();
    int exponent = digits.length() - plain.scale() - 1;
    if (negative) {
      out.put('-');
    }
    if (exponent >= SMALLEST_FIXED && exponent < firstExponent) {
      out.ascii(plain.toPlainString());
      return;
    }
    out.put(digits.charAt(0));
    if (digits.length() > 1) {
      out.put('.').ascii(digits.substring(1));
    }
    out.put('e').put(exponent < 0 ? '-' : '+').digits(Math.abs(exponent), 2);
  }
}
