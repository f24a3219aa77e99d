package io.rapidbyte.ingest.lead;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to ingest a pipeline: a Postgres advisory lock, held by a session of its own. It is
 * lost with the session; then somebody else may hold it, and the Kafka producer's fence is what
 * keeps both from writing.
 */
public final class LeadLock implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(8);

  /**
   * A leader whose host has died is given up by the server after some eleven seconds; one that
   * stands still, such as on a paused machine, and does not ask, after fifteen.
   */
  private static final String SETTINGS =
      "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;"
          + " SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000;"
          + " SET idle_session_timeout = 15000; SET statement_timeout = 0";

  private final Connection session;

  private LeadLock(Connection session) {
    this.session = session;
  }

  /**
   * Tries to lead; empty where another session does.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Postgres cannot be asked
   */
  public static Optional<LeadLock> tryAcquire(PostgresSessions sessions, String pipeline) {
    Connection session = sessions.sql();
    try {
      session.setNetworkTimeout(Runnable::run, (int) ANSWER.toMillis());
      try (Statement statement = session.createStatement()) {
        statement.execute(SETTINGS);
      }
      if (lock(session, key(pipeline))) {
        return Optional.of(new LeadLock(session));
      }
      session.close();
      return Optional.empty();
    } catch (SQLException e) {
      abort(session);
      throw SqlFailures.of(e, "asking for the lead of pipeline " + pipeline);
    }
  }

  private static boolean lock(Connection session, long key) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** The session, for the leader's own checks; on the thread that calls {@link #check}. */
  public Connection session() {
    return session;
  }

  /**
   * Checks that the lock is still held.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the session, and the lead with it,
   *     is lost
   */
  public void check() {
    try (Statement statement = session.createStatement()) {
      statement.execute("SELECT 1");
    } catch (SQLException e) {
      throw SqlFailures.of(e, "keeping the lead");
    }
  }

  /** The lock's key: the first eight bytes of a hash of the pipeline's name. */
  static long key(String pipeline) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("rapidbyte.ingest." + pipeline).getBytes(UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void abort(Connection session) {
    try {
      session.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("pgjdbc never refuses to abort", e);
    }
  }

  /** Gives the lead up. */
  @Override
  public void close() {
    abort(session);
  }
}
