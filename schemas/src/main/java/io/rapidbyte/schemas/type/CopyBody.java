package io.rapidbyte.schemas.type;

/** Appends a value that is not NULL, without its length. For one thread. */
public interface CopyBody {
  /** Appends the value of a row. */
  void append(int row, Bytes out);
}
