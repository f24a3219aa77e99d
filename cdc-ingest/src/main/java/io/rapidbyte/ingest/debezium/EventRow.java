package io.rapidbyte.ingest.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.decode.Tuple;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** A row as Debezium tells it, in the columns of the wire. Used again for the next row. */
final class EventRow implements Tuple {
  private static final int FIRST_BYTES = 256;
  private static final int KEPT_BYTES = 1024 * 1024;

  private final String unchanged;
  private int columns;
  private byte[] kinds = {};
  private int[] offsets = {};
  private int[] lengths = {};
  private byte[] bytes = new byte[FIRST_BYTES];
  private int end;

  /** An empty row; {@code unchanged} stands for what the log leaves out. */
  EventRow(String unchanged) {
    this.unchanged = unchanged;
  }

  /** Takes the values of a row. */
  void read(Struct row) {
    List<Field> fields = row.schema().fields();
    columns = fields.size();
    if (columns > kinds.length) {
      kinds = new byte[columns];
      offsets = new int[columns];
      lengths = new int[columns];
    }
    end = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
    for (int i = 0; i < columns; i++) {
      // Not get(): it puts a column's default in the place of NULL.
      Object value = row.getWithoutDefault(fields.get(i).name());
      offsets[i] = end;
      lengths[i] = 0;
      if (value == null) {
        kinds[i] = NULL;
      } else if (value.equals(unchanged)) {
        kinds[i] = UNCHANGED;
      } else {
        kinds[i] = TEXT;
        append(i, ((String) value).getBytes(UTF_8));
      }
    }
  }

  private void append(int column, byte[] text) {
    if (text.length > bytes.length - end) {
      int wanted = Math.addExact(end, text.length);
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, doubled));
    }
    System.arraycopy(text, 0, bytes, end, text.length);
    lengths[column] = text.length;
    end += text.length;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public byte kind(int column) {
    return kinds[column];
  }

  @Override
  public byte[] bytes() {
    return bytes;
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
