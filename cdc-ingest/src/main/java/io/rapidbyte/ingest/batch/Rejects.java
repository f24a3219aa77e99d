package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;

/** What becomes of a row that cannot be written: by policy, never silently. */
public interface Rejects {
  /**
   * Takes a refused row; the tuple has the schema's columns and lives until the call returns.
   *
   * @param generation the stream's
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the policy says that the stream
   *     stops
   */
  void reject(
      StreamSchema schema, int generation, Op op, Position position, Tuple row, ErrorInfo error);
}
