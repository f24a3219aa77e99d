package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A connection that reads rows, one short transaction at a time. One thread, except for {@link
 * #abort}.
 */
final class SnapshotSession implements AutoCloseable {
  /** The table is no longer what was planned; a new start reads it again. */
  static final String TABLE_CHANGED = "source/table-changed";

  // SQLSTATE, Postgres manual, appendix A.
  private static final String UNDEFINED_COLUMN = "42703";
  private static final String UNDEFINED_TABLE = "42P01";

  private static final Executor SAME_THREAD = Runnable::run;

  private final Connection connection;
  private final String display;

  /**
   * Connects.
   *
   * @throws RapidbyteException where the source cannot be reached
   */
  SnapshotSession(PostgresSessions sessions) {
    connection = sessions.sql();
    display = sessions.display();
  }

  /** Takes the pieces of a COPY. */
  interface PieceSink {
    /** Takes one piece; false where no more are wanted. */
    boolean take(byte[] piece) throws InterruptedException;
  }

  /** What is done within a transaction. */
  interface Work<T> {
    T run(SnapshotSession session) throws SQLException, InterruptedException;
  }

  /**
   * Runs {@code work} in a read-only transaction that sees one moment, {@code snapshot}'s where it
   * is not empty.
   *
   * @throws RapidbyteException where the source fails; the session may be used no more
   */
  <T> T reading(String snapshot, String doing, Work<T> work) throws InterruptedException {
    try {
      execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      if (!snapshot.isEmpty()) {
        execute("SET TRANSACTION SNAPSHOT " + CopyStatement.literal(snapshot));
      }
      T result = work.run(this);
      execute("ROLLBACK"); // it only read, and a COPY may have been stopped in it
      return result;
    } catch (SQLException e) {
      throw failure(e, doing);
    }
  }

  private RapidbyteException failure(SQLException e, String doing) {
    String state = String.valueOf(e.getSQLState());
    if (state.equals(UNDEFINED_COLUMN) || state.equals(UNDEFINED_TABLE)) {
      return new RapidbyteException(changed(doing, "found another shape of the table"), e);
    }
    return SqlFailures.of(e, doing + " of " + display);
  }

  Connection connection() {
    return connection;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The only value that a query gives. */
  String value(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  /**
   * Locks a table against being rewritten, and makes sure that it was not since the plan was made.
   *
   * @throws RapidbyteException {@link #TABLE_CHANGED}, retryable
   */
  void hold(TablePages pages) throws SQLException {
    execute("LOCK TABLE ONLY " + pages.table().quoted() + " IN ACCESS SHARE MODE");
    String now = value("SELECT pg_relation_filenode(" + Integer.toUnsignedLong(pages.oid()) + ")");
    if (!now.equals(Long.toString(pages.fileNode()))) {
      throw changed(pages.table(), "was rewritten or truncated");
    }
  }

  /**
   * Makes sure that the columns, as the session's snapshot sees them, are as the schema has them.
   *
   * @throws RapidbyteException {@link #TABLE_CHANGED}, retryable
   */
  void requireShape(int relationOid, StreamSchema schema) throws SQLException {
    Map<Integer, String> found = new HashMap<>();
    String query =
        "SELECT a.attnum, a.atttypid, a.attname FROM pg_attribute a WHERE a.attrelid = "
            + Integer.toUnsignedLong(relationOid)
            + " AND a.attnum > 0 AND NOT a.attisdropped";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        found.put(row.getInt(1), row.getLong(2) + " " + row.getString(3));
      }
    }
    for (Column column : schema.columns()) {
      String wanted = Integer.toUnsignedLong(column.type().oid()) + " " + column.name();
      if (!wanted.equals(found.get(column.attributeNumber()))) {
        throw changed(schema.table(), "has another column " + column.name());
      }
    }
  }

  private static RapidbyteException changed(TableName table, String how) {
    return new RapidbyteException(changed(table.toString(), how + " while it was read"));
  }

  private static ErrorInfo changed(String what, String how) {
    return ErrorInfo.passing(
        Category.TRANSIENT,
        Scope.STREAM,
        TABLE_CHANGED,
        what + " " + how + "; what is unfinished begins again",
        Backoff.FAST);
  }

  /**
   * Runs a COPY TO STDOUT, handing each piece of its data to {@code sink}.
   *
   * @return whether it came to its end; else the sink has stopped it, and the transaction is void
   * @throws SQLException where it fails; also where {@link #abort} ended it
   */
  boolean copy(String sql, PieceSink sink) throws SQLException, InterruptedException {
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    for (byte[] piece = copy.readFromCopy(); piece != null; piece = copy.readFromCopy()) {
      if (!sink.take(piece)) {
        copy.cancelCopy();
        return false;
      }
    }
    return true;
  }

  /** Ends whatever the session is doing, from any thread; it may be used no more. */
  void abort() {
    try {
      connection.abort(SAME_THREAD);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "aborting a session of " + display);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw SqlFailures.of(e, "closing a session of " + display);
    }
  }
}
