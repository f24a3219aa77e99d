package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.stream.StreamSchema;

/**
 * One stream whose table is to be copied whole.
 *
 * @param schema its columns in the version under which the rows go to the topic; the version's
 *     document is there or on its way
 * @param generation under which they go
 */
public record CopyJob(StreamPlan plan, StreamSchema schema, int generation) {
  /** The stream's name. */
  public String stream() {
    return plan.stream();
  }
}
