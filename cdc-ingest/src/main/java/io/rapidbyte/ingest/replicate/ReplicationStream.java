package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.decode.PgOutputDecoder;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.position.Lsn;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyDual;
import org.postgresql.util.PSQLException;

/**
 * The raw replication stream: CopyData messages in, status updates out, and nothing confirmed but
 * by {@link #status}. One thread polls; any other may send status meanwhile.
 */
public final class ReplicationStream implements AutoCloseable {
  private static final int STATUS_BYTES = 34;
  private static final long YIELD_NANOS = 20_000;

  /** Unreachable, a connection is collected and its cleaner ends the stream in mid-read. */
  private final Connection connection;

  private final CopyDual copy;
  private final String display;
  private volatile boolean statusWaits;

  private ReplicationStream(Connection connection, CopyDual copy, String display) {
    this.connection = connection;
    this.copy = copy;
    this.display = display;
  }

  /**
   * Starts streaming.
   *
   * @param from transactions that commit before it are not sent
   * @param binary whether values come in their binary form where their type has one
   * @throws SQLException where Postgres refuses; 55006 where somebody else uses the slot
   */
  public static ReplicationStream start(
      PostgresSessions sessions, String slot, List<String> publications, Lsn from, boolean binary)
      throws SQLException {
    Connection connection = sessions.replication();
    try {
      String names = publications.stream().map(p -> '"' + p + '"').collect(Collectors.joining(","));
      String command =
          "START_REPLICATION SLOT \"%s\" LOGICAL %s (proto_version '1', publication_names '%s', binary '%s', messages 'true')"
              .formatted(slot, from, names.replace("'", "''"), binary);
      CopyDual copy = connection.unwrap(PGConnection.class).getCopyAPI().copyDual(command);
      return new ReplicationStream(connection, copy, sessions.display());
    } catch (SQLException | RuntimeException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /**
   * The next CopyData message, or null where none has come. The array is the caller's.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the connection is lost
   */
  public byte @Nullable [] poll() {
    if (statusWaits) {
      LockSupport.parkNanos(YIELD_NANOS); // the driver's lock is unfair: let the feedback in
    }
    try {
      byte[] message = copy.readFromCopy(false);
      if (message == null && !copy.isActive()) {
        throw new SQLException("the server has ended the stream", "08006");
      }
      return message;
    } catch (SQLException e) {
      throw SqlFailures.of(lost(e), "streaming from " + display);
    }
  }

  /**
   * What the driver says of a copy that the other thread found broken is about itself; what has
   * happened is that the connection is gone. An error of the server's stays what it is.
   */
  private static SQLException lost(SQLException e) {
    boolean ofDriver = e instanceof PSQLException own && own.getServerErrorMessage() == null;
    return ofDriver && "55000".equals(e.getSQLState())
        ? new SQLException("the connection is lost", "08006", e)
        : e;
  }

  /**
   * Tells Postgres that everything before {@code confirmed} is durable here; it may discard that
   * log. Also what keeps the session alive.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the connection is lost
   */
  public void status(Lsn confirmed) {
    long micros =
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())
            - PgOutputDecoder.POSTGRES_EPOCH_MICROS;
    ByteBuffer message =
        ByteBuffer.allocate(STATUS_BYTES)
            .put((byte) 'r')
            .putLong(confirmed.bits())
            .putLong(confirmed.bits())
            .putLong(confirmed.bits())
            .putLong(micros)
            .put((byte) 0);
    statusWaits = true;
    try {
      copy.writeToCopy(message.array(), 0, STATUS_BYTES);
      copy.flushCopy();
    } catch (SQLException e) {
      throw SqlFailures.of(lost(e), "confirming the log to " + display);
    } finally {
      statusWaits = false;
    }
  }

  /** Cuts the connection; Postgres frees the slot as soon as it notices, within moments. */
  @Override
  public void close() {
    closeQuietly(connection);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("pgjdbc never refuses to abort", e);
    }
  }
}
