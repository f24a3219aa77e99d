package io.rapidbyte.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import io.rapidbyte.schemas.type.PgType;
import java.util.HexFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** A row as a person reads it, whatever is wrong with it. */
final class ReadableRow {
  private static final int NUMERIC = 1700;

  /** A dead letter is a Kafka record too: very large values are cut. */
  private static final int MAX_VALUE_BYTES = 64 * 1024;

  private ReadableRow() {}

  /** Columns by name: NULL is null, an unchanged large value is left out. */
  static ObjectNode of(StreamSchema schema, Tuple row, BufferAllocator allocator) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.columns().get(i);
      switch (row.kind(i)) {
        case Tuple.NULL -> out.putNull(column.name());
        case Tuple.TEXT ->
            out.put(
                column.name(),
                new String(
                    row.bytes(), row.offset(i), Math.min(row.length(i), MAX_VALUE_BYTES), UTF_8));
        case Tuple.BINARY -> out.put(column.name(), binary(column, row, i, allocator));
        default -> {}
      }
    }
    return out;
  }

  private static String binary(Column column, Tuple row, int i, BufferAllocator allocator) {
    Column lenient = lenient(column);
    try (FieldVector vector = ArrowTypes.field(lenient).createVector(allocator)) {
      ColumnWriter writer = ColumnWriters.of(lenient, vector);
      writer.binary(0, row.bytes(), row.offset(i), row.length(i));
      vector.setValueCount(1);
      String text = String.valueOf(vector.getObject(0));
      return text.length() > MAX_VALUE_BYTES ? text.substring(0, MAX_VALUE_BYTES) : text;
    } catch (RapidbyteException e) {
      int end = row.offset(i) + Math.min(row.length(i), MAX_VALUE_BYTES);
      return "\\x" + HexFormat.of().formatHex(row.bytes(), row.offset(i), end);
    }
  }

  /** A numeric without bounds can be written whatever it is. */
  private static Column lenient(Column column) {
    PgType type = column.type().unwrapped();
    PgType wide = type.oid() == NUMERIC ? new PgType.Base(NUMERIC, "numeric", -1) : type;
    return new Column(column.name(), wide, column.nullable(), column.attributeNumber(), null);
  }
}
