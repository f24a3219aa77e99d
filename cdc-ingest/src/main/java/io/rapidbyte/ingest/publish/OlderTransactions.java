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

/**
 * Waits until no transaction runs that began to write before a moment. What such a transaction
 * changed may be decoded by the publication of before, and be missing from a copy as well.
 */
public final class OlderTransactions {
  /** Transactions older than a publication's change still run. */
  public static final String STILL_RUNNING = "source/older-transactions";

  private static final Duration POLL = Duration.ofMillis(50);

  private OlderTransactions() {}

  /** Marks this moment: every transaction that writes already has a lower number. */
  public static long mark(Connection connection) {
    return ask(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
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
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ended(connection, mark)) {
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
