package io.rapidbyte.schemas.type;

/**
 * Puts the values of one column, as Postgres sends them, into its vector. Grows the vector; does
 * not set its value count. Rows are written in rising order, each at most once, unless {@link
 * #none} takes the row back. Not thread-safe; a writer keeps scratch space between calls.
 *
 * <p>Every failure is a {@link io.rapidbyte.schemas.error.RapidbyteException} of category data and
 * scope record: {@code data/malformed-value} where the bytes are not such a value, {@code
 * data/value-out-of-range} where the value is one that the Arrow type cannot hold, {@code
 * data/multi-dimensional-value} where a one-dimensional column holds a matrix. The row then holds
 * no usable value until {@link #none} or another write.
 */
public interface ColumnWriter {
  /**
   * Writes a value in its binary send form, the same in COPY and pgoutput.
   *
   * @param len the value's length; NULL is no call at all
   */
  void binary(int row, byte[] src, int off, int len);

  /**
   * Writes a value in its text form, in UTF-8, as a session with {@link
   * ArrowTypes#SESSION_SETTINGS} prints it.
   */
  void text(int row, byte[] src, int off, int len);

  /**
   * Makes {@code row} NULL, also where a value was written in whole or in part, and forgets what
   * was written behind it. Rows that were never written need no call.
   */
  void none(int row);
}
