package io.rapidbyte.sink.postgres;

import io.rapidbyte.sink.destination.TableShape;

/**
 * A table as it was found or made ready for a shape, with the stage that goes with it.
 *
 * @param shape the stream's columns and key
 */
record TableState(TableShape shape, TableSql sql) {
  /** Whether the same statements serve {@code other}. */
  boolean serves(TableShape other) {
    return shape.columns().equals(other.columns()) && shape.key().equals(other.key());
  }
}
