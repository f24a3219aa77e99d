package io.rapidbyte.sink.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A writer's connection, opened when it is first asked for. One thread works with it; {@link
 * #abort} may come from any other.
 */
final class Session implements AutoCloseable {
  private final Sessions sessions;
  private volatile @Nullable Connection connection;

  Session(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The connection. */
  Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = sessions.open();
      connection = open;
    }
    return open;
  }

  /** Whether the connection was opened and is, as far as we know, still there. */
  boolean isOpen() {
    Connection open = connection;
    try {
      return open != null && !open.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  /** Undoes what is not committed; false where the connection does not take it any more. */
  boolean rollBack() {
    Connection open = connection;
    if (open == null) {
      return true;
    }
    try {
      open.rollback();
      return !open.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  /** Cuts the connection where the server says that it has no such session any more. */
  void abortIfAbandoned() {
    Connection open = connection;
    if (open == null) {
      return;
    }
    try {
      if (!sessions.isThere(open.unwrap(PGConnection.class).getBackendPID())) {
        abort();
      }
    } catch (SQLException e) {
      // Nobody answers who could know; a server that is gone is noticed by the socket.
    }
  }

  /** Cuts the connection, also in the middle of a call, which then fails. */
  void abort() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        // It is gone already.
      }
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It is gone already; the server rolls back what was open.
      }
    }
  }
}
