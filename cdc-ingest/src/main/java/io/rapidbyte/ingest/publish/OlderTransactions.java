package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Waits until no transaction runs that began to write before a moment. What such a transaction
 * changed may be decoded by the publication of before, and be missing from a copy as well.
 */
public final class OlderTransactions {
  /** Transactions older than a publication's change still run. */
  public static final String STILL_RUNNING = "source/older-transactions";

  /** By the transaction that wrote the newest of its rows in the catalog. */
  private static final String LAST_CHANGE =
      """
      SELECT coalesce(bool_and(
               age(pg_snapshot_xmin(pg_current_snapshot())::xid) < age(change.xid)), true)
      FROM (SELECT p.xmin AS xid, p.pubname FROM pg_publication p
            UNION ALL
            SELECT r.xmin, p.pubname FROM pg_publication_rel r
            JOIN pg_publication p ON p.oid = r.prpubid) change
      WHERE change.pubname = ?\
      """;

  private static final Duration POLL = Duration.ofMillis(50);

  private OlderTransactions() {}

  /** Marks this moment: every transaction that writes already has a lower number. */
  public static long mark(Connection connection) {
    return ask(connection, "SELECT pg_current_xact_id()::text::bigint");
  }

  /** Whether every transaction older than {@code mark} has ended. */
  public static boolean ended(Connection connection, long mark) {
    return ask(connection, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") >= mark;
  }

  /**
   * Waits for the transactions that run now.
   *
   * @param connection in autocommit mode: a transaction of its own would wait for itself
   * @throws RapidbyteException that is retryable, where some still run after {@code limit}
   * @throws InterruptedException where the caller is asked to stop
   */
  public static void await(Connection connection, Duration limit) throws InterruptedException {
    long mark = mark(connection);
    await(() -> ended(connection, mark), limit);
  }

  /**
   * Waits for transactions that are older than the last change of a publication, where the process
   * that changed it may have ended before it could wait.
   *
   * @param connection as in {@link #await}
   * @throws RapidbyteException as in {@link #await}
   * @throws InterruptedException as in {@link #await}
   */
  public static void awaitSinceLastChange(Connection connection, String publication, Duration limit)
      throws InterruptedException {
    await(() -> endedSinceLastChange(connection, publication), limit);
  }

  private static boolean endedSinceLastChange(Connection connection, String publication) {
    try {
      return Queries.one(connection, LAST_CHANGE, row -> row.getBoolean(1), publication);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "asking for running transactions");
    }
  }

  private static void await(BooleanSupplier ended, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ended.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new RapidbyteException(
            ErrorInfo.passing(
                io.rapidbyte.schemas.error.Category.TRANSIENT,
                Scope.STREAM,
                STILL_RUNNING,
                "a transaction older than the publication's change still runs after %d s: end it, or wait (SELECT pid, xact_start, query FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start; SELECT gid FROM pg_prepared_xacts;)"
                    .formatted(limit.toSeconds()),
                Backoff.SLOW));
      }
      Thread.sleep(POLL);
    }
  }

  private static long ask(Connection connection, String sql) {
    try {
      return Queries.one(connection, sql, row -> row.getLong(1));
    } catch (SQLException e) {
      throw SqlFailures.of(e, "asking for running transactions");
    }
  }
}
