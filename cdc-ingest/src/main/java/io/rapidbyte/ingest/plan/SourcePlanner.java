package io.rapidbyte.ingest.plan;

import java.sql.Connection;

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
   * @throws io.rapidbyte.schemas.error.RapidbyteException as {@link #plan} does
   */
  void publish(Connection sql);
}
