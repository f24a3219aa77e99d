package io.rapidbyte.schemas.condition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Arithmetic and comparison of numbers by Postgres's rules. */
final class Numbers {
  private static final int BASE_DIGITS = 4;
  private static final int LEAST_SIGNIFICANT = 16;
  private static final int MAX_SCALE = 1000;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);

  private Numbers() {}

  /** The kind in which two numbers are calculated. */
  static ValueKind resultKind(ValueKind a, ValueKind b) {
    ValueKind wider = wider(a, b);
    boolean mixedFloat = wider == ValueKind.FLOAT4 && a != b;
    return mixedFloat ? ValueKind.FLOAT8 : wider;
  }

  /** The later of two in the order in which Postgres turns one into the other. */
  static ValueKind wider(ValueKind a, ValueKind b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Compares numbers of any kinds; NaN equals itself and is above all else. */
  static int compare(ValueKind kindA, Object a, ValueKind kindB, Object b) {
    ValueKind kind = resultKind(kindA, kindB);
    Object left = convert(a, kind);
    Object right = convert(b, kind);
    if (left instanceof Long x && right instanceof Long y) {
      return Long.compare(x, y);
    } else if (left instanceof BigDecimal x && right instanceof BigDecimal y) {
      return x.compareTo(y);
    }
    // Adding zero makes the negative zero equal to the positive.
    return Double.compare(approximate(left) + 0.0, approximate(right) + 0.0);
  }

  /** Only for numbers of which one is a float or not finite. */
  private static double approximate(Object number) {
    return number instanceof BigDecimal ? 0 : ((Number) number).doubleValue();
  }

  /**
   * The number in another kind, which must not be narrower unless its value fits.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it is out of range
   */
  static Object convert(Object number, ValueKind to) {
    return switch (to) {
      case INT2, INT4, INT8 -> checked(to, integer(number));
      case NUMERIC -> number instanceof Long whole ? BigDecimal.valueOf(whole) : number;
      case FLOAT4 -> {
        float value = ((Number) number).floatValue();
        yield finite(number, value, Float.isInfinite(value), value == 0);
      }
      default -> {
        double value = ((Number) number).doubleValue();
        yield finite(number, value, Double.isInfinite(value), value == 0);
      }
    };
  }

  private static Object finite(Object from, Object to, boolean infinite, boolean zero) {
    boolean fromInfinite =
        (from instanceof Double d && d.isInfinite()) || (from instanceof Float f && f.isInfinite());
    boolean fromZero =
        from instanceof BigDecimal exact ? exact.signum() == 0 : ((Number) from).doubleValue() == 0;
    if ((infinite && !fromInfinite) || (zero && !fromZero)) {
      throw Failure.of("a number is out of range");
    }
    return to;
  }

  private static BigInteger integer(Object number) {
    return switch (number) {
      case Long whole -> BigInteger.valueOf(whole);
      case BigDecimal exact -> exact.setScale(0, RoundingMode.HALF_UP).toBigInteger();
      default -> {
        double value = ((Number) number).doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
          throw Failure.of("a number is out of range");
        }
        yield new BigDecimal(Math.rint(value)).toBigInteger();
      }
    };
  }

  /** {@code a operator b}, both already of {@code kind}. */
  static Object calculate(char operator, ValueKind kind, Object a, Object b) {
    return switch (kind) {
      case INT2, INT4, INT8 -> integers(operator, kind, (Long) a, (Long) b);
      case NUMERIC -> numerics(operator, a, b);
      default -> floats(operator, kind, ((Number) a).doubleValue(), ((Number) b).doubleValue());
    };
  }

  private static Object integers(char operator, ValueKind kind, Long a, Long b) {
    BigInteger x = BigInteger.valueOf(a);
    BigInteger y = BigInteger.valueOf(b);
    return checked(
        kind,
        switch (operator) {
          case '+' -> x.add(y);
          case '-' -> x.subtract(y);
          case '*' -> x.multiply(y);
          default -> x.divide(nonZero(y));
        });
  }

  private static BigInteger nonZero(BigInteger divisor) {
    if (divisor.signum() == 0) {
      throw Failure.of("division by zero");
    }
    return divisor;
  }

  private static Long checked(ValueKind kind, BigInteger value) {
    int bits =
        switch (kind) {
          case INT2 -> 15;
          case INT4 -> 31;
          default -> 63;
        };
    if (value.bitLength() > bits) {
      throw Failure.of("an integer is out of range");
    }
    return value.longValue();
  }

  private static Object numerics(char operator, Object a, Object b) {
    if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
      return switch (operator) {
        case '+' -> x.add(y);
        case '-' -> x.subtract(y);
        case '*' -> rounded(x.multiply(y));
        default -> divide(x, y);
      };
    }
    double x = sample(a);
    double y = sample(b);
    return switch (operator) {
      case '+' -> x + y;
      case '-' -> x - y;
      case '*' -> x * y;
      default -> specialQuotient(x, y);
    };
  }

  private static Object specialQuotient(double x, double y) {
    if (y == 0 && !Double.isNaN(x)) {
      throw Failure.of("division by zero");
    }
    double quotient = x / y;
    return quotient == 0 ? BigDecimal.ZERO : (Object) quotient;
  }

  /** A number of the same sign that is no surprise beside an infinity. */
  private static double sample(Object number) {
    return number instanceof BigDecimal exact ? exact.signum() : (Double) number;
  }

  private static BigDecimal rounded(BigDecimal product) {
    return product.scale() > MAX_SCALE
        ? product.setScale(MAX_SCALE, RoundingMode.HALF_UP)
        : product;
  }

  /** As Postgres's {@code select_div_scale}: at least 16 significant digits, in steps of four. */
  private static BigDecimal divide(BigDecimal x, BigDecimal y) {
    if (y.signum() == 0) {
      throw Failure.of("division by zero");
    }
    BigDigits a = BigDigits.of(x);
    BigDigits b = BigDigits.of(y);
    int weight = a.weight - b.weight - (a.first <= b.first ? 1 : 0);
    int scale = LEAST_SIGNIFICANT - weight * BASE_DIGITS;
    scale = Math.max(scale, Math.max(x.scale(), y.scale()));
    return x.divide(y, Math.clamp(scale, 0, MAX_SCALE), RoundingMode.HALF_UP);
  }

  /** The first base-10000 digit of a number, and its weight as a power of that base. */
  private record BigDigits(int first, int weight) {
    static BigDigits of(BigDecimal number) {
      if (number.signum() == 0) {
        return new BigDigits(0, 0);
      }
      int places = number.precision() - number.scale();
      int weight = Math.floorDiv(places - 1, BASE_DIGITS);
      BigInteger first = number.abs().movePointLeft(weight * BASE_DIGITS).toBigInteger().mod(BASE);
      return new BigDigits(first.intValue(), weight);
    }
  }

  private static Object floats(char operator, ValueKind kind, double a, double b) {
    if (operator == '/' && b == 0 && !Double.isNaN(a)) {
      throw Failure.of("division by zero");
    }
    double wide =
        switch (operator) {
          case '+' -> a + b;
          case '-' -> a - b;
          case '*' -> a * b;
          default -> a / b;
        };
    // A float's sum, product or quotient rounded from double's is the one rounded at once.
    double result = kind == ValueKind.FLOAT4 ? (float) wide : wide;
    boolean finiteInput = !Double.isInfinite(a) && !Double.isInfinite(b);
    boolean vanished =
        result == 0 && a != 0 && (operator == '*' ? b != 0 : operator == '/' && finiteInput);
    if ((Double.isInfinite(result) && finiteInput) || vanished) {
      throw Failure.of("a number is out of range");
    }
    return kind == ValueKind.FLOAT4 ? (Object) (float) result : (Object) result;
  }
}
