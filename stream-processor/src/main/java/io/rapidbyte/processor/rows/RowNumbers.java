package io.rapidbyte.processor.rows;

/** Row numbers 0, 1, 2 and so on: the most frequent choice of rows, and the cheapest to work on. */
public final class RowNumbers {
  private RowNumbers() {}

  /** 0 to {@code count} - 1. */
  public static int[] upTo(int count) {
    int[] rows = new int[count];
    for (int row = 0; row < count; row++) {
      rows[row] = row;
    }
    return rows;
  }

  /** Whether these are all of {@code count} rows, in their order. */
  public static boolean areUpTo(int count, int[] rows) {
    if (rows.length != count) {
      return false;
    }
    for (int row = 0; row < count; row++) {
      if (rows[row] != row) {
        return false;
      }
    }
    return true;
  }
}
