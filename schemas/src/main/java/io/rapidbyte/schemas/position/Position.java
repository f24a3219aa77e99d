package io.rapidbyte.schemas.position;

/**
 * A change's place in the source's log: the LSN of its transaction's commit and its ordinal within
 * that transaction. Neither row LSNs nor commit times are unique or monotonic; this is both.
 *
 * @param lsn the commit's LSN
 * @param ordinal the change's number within its transaction, from 0, unsigned
 */
public record Position(Lsn lsn, int ordinal) implements Comparable<Position> {
  /** Before every change. */
  public static final Position ZERO = new Position(Lsn.ZERO, 0);

  /** Reads the form of {@link #toString}, {@code 0/16B3748/3}. */
  public static Position parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not a position: " + text);
    }
    return new Position(
        Lsn.parse(text.substring(0, slash)), Integer.parseUnsignedInt(text.substring(slash + 1)));
  }

  @Override
  public int compareTo(Position other) {
    int byLsn = lsn.compareTo(other.lsn);
    return byLsn != 0 ? byLsn : Integer.compareUnsigned(ordinal, other.ordinal);
  }

  @Override
  public String toString() {
    return lsn + "/" + Integer.toUnsignedString(ordinal);
  }
}
