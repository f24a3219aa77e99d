package io.rapidbyte.schemas.type;

/** Appends a value that is not NULL, without its length. */
interface CopyBody {
  void append(int row, Bytes out);
}
