package io.rapidbyte.sink.destination;

import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows of one record, as columns.
 *
 * @param root laid out as {@link io.rapidbyte.schemas.batch.BatchColumns} says. The host's: valid
 *     until the call returns, to be read only (buffers may be retained for as long as the call
 *     lasts)
 * @param generation the stream's, from the record's header
 * @param offset of the record in its partition; of its last part where it has several
 * @param firstRow where these rows begin among the record's: the same row has the same offset and
 *     number whenever it comes again
 */
public record Batch(VectorSchemaRoot root, int generation, long offset, int firstRow) {
  /** Rows in it. */
  public int rowCount() {
    return root.getRowCount();
  }
}
