package io.rapidbyte.ingest.plan;

import java.sql.Connection;

/** Makes the plan of a run: preflight, selection, and the publication that carries it. */
public interface SourcePlanner {
  /**
   * Checks the source, and brings the publication in line with the pipeline. Called by the leader
   * only.
   *
   * @param sql a connection in autocommit mode, for this call
   * @param mayCreate whether a missing publication is created: only before there is progress
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source cannot be streamed; its
   *     error names the mend
   */
  SourcePlan plan(Connection sql, boolean mayCreate);
}
