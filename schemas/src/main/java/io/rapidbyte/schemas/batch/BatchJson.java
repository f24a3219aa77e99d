package io.rapidbyte.schemas.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.type.ArrowJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * A row of a batch as one JSON object that a person reads: the data columns under their names, then
 * {@code _rb_op} as its letter, {@code _rb_lsn} as Postgres prints it, {@code _rb_ordinal}, {@code
 * _rb_xid} and {@code _rb_ts}. A column whose value did not change and is not in the row is left
 * out and named in {@code _rb_unchanged}; {@code _rb_before} is there where the row has one. Values
 * are {@link ArrowJson}'s.
 */
public final class BatchJson {
  private static final JsonFactory JSON = new JsonFactory();

  private BatchJson() {}

  /** A row as one line. */
  public static String line(BatchView view, int row) {
    StringWriter line = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(line)) {
      row(view, row, out);
    } catch (IOException e) {
      throw new UncheckedIOException("a row could not be written as JSON", e);
    }
    return line.toString();
  }

  private static void row(BatchView view, int row, JsonGenerator out) throws IOException {
    BitSet unchanged = view.unchanged(row);
    List<FieldVector> data = view.data();
    out.writeStartObject();
    for (int i = 0; i < data.size(); i++) {
      if (!unchanged.get(i)) {
        out.writeFieldName(data.get(i).getName());
        ArrowJson.write(data.get(i), row, out);
      }
    }
    out.writeStringField(BatchColumns.OP, Character.toString(view.op(row).code()));
    out.writeStringField(BatchColumns.LSN, new Lsn(view.lsns().get(row)).toString());
    write(view.ordinals(), row, out);
    write(view.xids(), row, out);
    write(view.timestamps(), row, out);
    if (!unchanged.isEmpty()) {
      out.writeArrayFieldStart(BatchColumns.UNCHANGED);
      for (int i = unchanged.nextSetBit(0); i >= 0; i = unchanged.nextSetBit(i + 1)) {
        out.writeString(i < data.size() ? data.get(i).getName() : Integer.toString(i));
      }
      out.writeEndArray();
    }
    if (!view.before().isNull(row)) {
      write(view.before(), row, out);
    }
    out.writeEndObject();
  }

  private static void write(FieldVector vector, int row, JsonGenerator out) throws IOException {
    if (!vector.isNull(row)) {
      out.writeFieldName(vector.getName());
      ArrowJson.write(vector, row, out);
    }
  }
}
