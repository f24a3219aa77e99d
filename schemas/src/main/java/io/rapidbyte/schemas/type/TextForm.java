package io.rapidbyte.schemas.type;

/** Turns a value's binary send form into the text that Postgres prints for it. */
interface TextForm {
  /** Appends the text of the value at {@code off}. */
  void render(byte[] src, int off, int len, Bytes out);
}
