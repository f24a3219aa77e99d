package io.rapidbyte.sink.destination;

import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows of one record, as columns.
 *
 * @param root laid out as {@link io.rapidbyte.schemas.batch.BatchColumns} says. The host's: valid
 *     until the call returns, to be read only (buffers may be retained for as long as the call
 *     lasts)
 * @param generation the stream's, from the record's header
 */
public record Batch(VectorSchemaRoot root, int generation) {
  /** Rows in it. */
  public int rowCount() {
    return root.getRowCount();
  }
}
