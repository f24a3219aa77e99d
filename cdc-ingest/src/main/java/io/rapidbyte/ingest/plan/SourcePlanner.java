package io.rapidbyte.ingest.plan;

import java.sql.Connection;
import java.util.Map;

/** Makes the plan of a run: preflight, selection, and the publication that carries it. */
public interface SourcePlanner {
  /**
   * Checks the source and makes the plan. Called by the leader only. Where there is progress the
   * publication stays as it is until {@link #publish}: what it lacked until now must be known for
   * certain before it is mended.
   *
   * @param sql a connection in autocommit mode, for this call
   * @param mayCreate whether a missing publication is created, and others altered at once: only
   *     before there is progress
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source cannot be streamed; its
   *     error names the mend
   */
  SourcePlan plan(Connection sql, boolean mayCreate);

  /**
   * Brings publications in line with the pipeline, and waits for transactions that are older than
   * that.
   *
   * @param sql a connection in autocommit mode, for this call
   * @param plan as {@link #plan} made it
   * @return the entries from now on, by stream
   * @throws io.rapidbyte.schemas.error.RapidbyteException as {@link #plan} does; a passing one
   *     where somebody else has altered a publication since the plan was made
   */
  Map<String, String> publish(Connection sql, SourcePlan plan);
}
