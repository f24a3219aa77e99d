package io.rapidbyte.ingest.decode;

/**
 * A row on the wire, from the log or from COPY: a view into a message that stays valid only until
 * the next one is read. Columns are counted from 0 in the order of the relation or the COPY list.
 */
public interface Tuple {
  /** {@link #kind}: SQL NULL. */
  byte NULL = 'n';

  /** {@link #kind}: a large value that did not change and is not in the message. */
  byte UNCHANGED = 'u';

  /** {@link #kind}: the value in its type's text form, UTF-8. */
  byte TEXT = 't';

  /** {@link #kind}: the value in its type's binary form. */
  byte BINARY = 'b';

  /** How many columns the row has. */
  int columns();

  /**
   * What stands for a column: {@link #NULL}, {@link #UNCHANGED}, {@link #TEXT}, {@link #BINARY}.
   */
  byte kind(int column);

  /** The array that holds the values; not to be changed or kept. */
  byte[] bytes();

  /** Where a column's value begins in {@link #bytes}; only for TEXT and BINARY. */
  int offset(int column);

  /** How many bytes a column's value has; 0 for NULL and UNCHANGED. */
  int length(int column);
}
