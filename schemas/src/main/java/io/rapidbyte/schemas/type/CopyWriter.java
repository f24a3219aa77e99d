package io.rapidbyte.schemas.type;

/**
 * Writes the values of one vector as fields of Postgres's {@code COPY … (FORMAT binary)}. Not
 * thread-safe; allocates nothing per value for types without parts.
 */
public interface CopyWriter {
  /** Appends the row's field: its length in four bytes and its value, or the length -1 for NULL. */
  void write(int row, Bytes out);
}
