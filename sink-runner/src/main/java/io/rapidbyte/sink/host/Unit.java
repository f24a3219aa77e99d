package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.error.ErrorInfo;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A decoded record. */
sealed interface Unit extends AutoCloseable {
  /** The offset of its (last) record. */
  long offset();

  @Override
  default void close() {}

  /** Changes or snapshot rows. */
  record Rows(long offset, RecordHeaders headers, VectorSchemaRoot root) implements Unit {
    @Override
    public void close() {
      root.close();
    }
  }

  /** A schema, truncate or snapshot-end record; its batch has no rows. */
  record Mark(long offset, RecordHeaders headers, VectorSchemaRoot root) implements Unit {
    @Override
    public void close() {
      root.close();
    }
  }

  /** Bytes that are not a record of ours. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Garbage(long offset, byte[] value, ErrorInfo error) implements Unit {}
}
