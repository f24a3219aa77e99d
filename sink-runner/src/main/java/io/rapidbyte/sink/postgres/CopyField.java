package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.type.Bytes;

/** A column's values as fields of binary COPY. */
@FunctionalInterface
interface CopyField {
  /**
   * Appends the row's field: length and value, or length -1 for NULL.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Postgres has no such value
   */
  void write(int row, Bytes out);
}
