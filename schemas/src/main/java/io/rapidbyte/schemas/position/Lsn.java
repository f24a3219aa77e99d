package io.rapidbyte.schemas.position;

/**
 * A byte position in Postgres's write-ahead log. Compares unsigned; prints as Postgres does, {@code
 * 0/16B3748}.
 *
 * @param bits the position as one unsigned number
 */
public record Lsn(long bits) implements Comparable<Lsn> {
  /** Before everything; Postgres's InvalidXLogRecPtr. */
  public static final Lsn ZERO = new Lsn(0);

  /** Reads Postgres's form, two hexadecimal numbers and a slash. */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash > 8 || slash == text.length() - 1 || text.length() - slash > 9) {
      throw new IllegalArgumentException("not an LSN: " + text);
    }
    try {
      long high = Long.parseLong(text, 0, slash, 16);
      long low = Long.parseLong(text, slash + 1, text.length(), 16);
      return new Lsn(high << 32 | low);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an LSN: " + text, e);
    }
  }

  /** Whether this position lies behind {@code other} in the log. */
  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  /** Whether this position lies before {@code other} in the log. */
  public boolean isBefore(Lsn other) {
    return compareTo(other) < 0;
  }

  /** Bytes of log from {@code earlier} to here; negative where {@code earlier} is later. */
  public long bytesSince(Lsn earlier) {
    return bits - earlier.bits;
  }

  /** The later of two. */
  public static Lsn max(Lsn a, Lsn b) {
    return a.isAfter(b) ? a : b;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return String.format("%X/%X", bits >>> 32, bits & 0xFFFF_FFFFL);
  }
}
