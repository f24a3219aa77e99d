package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** The text form of keys that the log brought, for SQL. */
final class KeyText {
  private final StreamSchema schema;
  private final BufferAllocator allocator;

  /** Keys of {@code schema}; off-heap memory is held within a call only. */
  KeyText(StreamSchema schema, BufferAllocator allocator) {
    this.schema = schema;
    this.allocator = allocator;
  }

  /** Each key column's value in its type's text form, in key order. */
  List<String> of(RowKey key) {
    List<String> values = new ArrayList<>();
    key.forEach(
        (kind, bytes, offset, length) -> {
          Column column = schema.columns().get(schema.indexOf(schema.key().get(values.size())));
          values.add(text(column, kind, bytes, offset, length));
        });
    return values;
  }

  private String text(Column column, byte kind, byte[] bytes, int offset, int length) {
    Column asText =
        new Column(column.name(), column.type(), true, column.attributeNumber(), "text");
    try (FieldVector vector = ArrowTypes.field(asText).createVector(allocator)) {
      ColumnWriter writer = ColumnWriters.of(asText, vector);
      if (kind == Tuple.TEXT) {
        writer.text(0, bytes, offset, length);
      } else {
        writer.binary(0, bytes, offset, length);
      }
      vector.setValueCount(1);
      return String.valueOf(vector.getObject(0));
    }
  }
}
