package io.rapidbyte.ingest.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.decode.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** Rows as they stand on the wire, in binary and in text. */
final class CopyTuples {
  private static final int FILE_HEADER = 19;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Wire(byte[] kinds, int[] offsets, int[] lengths, byte[] bytes) implements Tuple {
    @Override
    public int columns() {
      return kinds.length;
    }

    @Override
    public byte kind(int column) {
      return kinds[column];
    }

    @Override
    public int offset(int column) {
      return offsets[column];
    }

    @Override
    public int length(int column) {
      return lengths[column];
    }
  }

  private CopyTuples() {}

  static List<Tuple> binary(Connection connection, String query) throws SQLException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)", out);
    byte[] bytes = out.toByteArray();
    ByteBuffer in = ByteBuffer.wrap(bytes).position(FILE_HEADER);
    List<Tuple> rows = new ArrayList<>();
    for (int columns = in.getShort(); columns >= 0; columns = in.getShort()) {
      Wire row = new Wire(new byte[columns], new int[columns], new int[columns], bytes);
      for (int i = 0; i < columns; i++) {
        int length = in.getInt();
        row.kinds[i] = length < 0 ? Tuple.NULL : Tuple.BINARY;
        row.offsets[i] = in.position();
        row.lengths[i] = Math.max(length, 0);
        in.position(in.position() + Math.max(length, 0));
      }
      rows.add(row);
    }
    return rows;
  }

  /** {@code query} must cast every column to text. */
  static List<Tuple> text(Connection connection, String query) throws SQLException {
    List<Tuple> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] kinds = new byte[columns];
        int[] offsets = new int[columns];
        int[] lengths = new int[columns];
        for (int i = 0; i < columns; i++) {
          String value = result.getString(i + 1);
          kinds[i] = value == null ? Tuple.NULL : Tuple.TEXT;
          byte[] encoded = value == null ? new byte[0] : value.getBytes(UTF_8);
          offsets[i] = bytes.size();
          lengths[i] = encoded.length;
          bytes.writeBytes(encoded);
        }
        rows.add(new Wire(kinds, offsets, lengths, bytes.toByteArray()));
      }
    }
    return rows;
  }
}
