package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.sink.destination.RefusedRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * One COPY … FROM STDIN (FORMAT binary). Rows that have no binary form are left out and collected
 * in {@link #refused}. To be closed: an open COPY is cancelled, which fails the transaction.
 */
final class CopyStream implements AutoCloseable {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int FLUSH_AT = 64 * 1024;
  private static final int KEEP = 1024 * 1024;

  /** Writes a row's fields. */
  interface RowWriter {
    void write(Bytes out) throws RapidbyteException;
  }

  private final CopyIn copy;
  private final int fields;
  private final List<RefusedRow> refused = new ArrayList<>();
  private Bytes buffer = new Bytes(FLUSH_AT * 2);

  /** Begins a COPY of rows with this many fields. */
  CopyStream(Connection connection, String sql, int fields) throws SQLException {
    this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    this.fields = fields;
    buffer.put(HEADER, 0, HEADER.length);
  }

  /** Sends a row; {@code row} is its number in the step. */
  void row(int row, RowWriter writer) throws SQLException {
    int start = buffer.length();
    try {
      buffer.int16(fields);
      writer.write(buffer);
    } catch (RapidbyteException e) {
      buffer.truncate(start);
      refused.add(new RefusedRow(row, e.error()));
      return;
    }
    if (buffer.length() >= FLUSH_AT) {
      flush();
    }
  }

  /** Ends the COPY; returns the rows that were left out. */
  List<RefusedRow> end() throws SQLException {
    buffer.int16(-1);
    flush();
    copy.endCopy();
    return refused;
  }

  private void flush() throws SQLException {
    copy.writeToCopy(buffer.array(), 0, buffer.length());
    if (buffer.length() > KEEP) {
      buffer = new Bytes(FLUSH_AT * 2);
    } else {
      buffer.reset();
    }
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
