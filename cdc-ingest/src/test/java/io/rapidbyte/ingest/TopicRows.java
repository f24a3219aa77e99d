package io.rapidbyte.ingest;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** What a stream topic holds at read_committed, decoded by stock Arrow. */
record TopicRows(List<RecordHeaders> records, List<Row> rows) {

  /** A row: its values by column, nulls left out. */
  record Row(RecordHeaders record, int partition, Map<String, Object> values) {
    String op() {
      return String.valueOf((char) ((Byte) value(BatchColumns.OP)).byteValue());
    }

    String position() {
      return value(BatchColumns.LSN) + "/" + value(BatchColumns.ORDINAL);
    }

    Object value(String column) {
      Object value = values.get(column);
      if (value == null) {
        throw new AssertionError(column + " is NULL in " + values);
      }
      return value;
    }

    /** The op and the data columns, for comparisons: {@code c{id=1, name=x}}. */
    String text() {
      Map<String, Object> data = new TreeMap<>(values);
      data.keySet()
          .removeIf(
              name ->
                  name.startsWith(BatchColumns.PREFIX)
                      && !name.equals(BatchColumns.BEFORE)
                      && !name.equals(BatchColumns.UNCHANGED));
      return op() + data;
    }
  }

  /** The same without the end of a first snapshot that was not wanted. */
  TopicRows streamed() {
    return new TopicRows(
        records.stream().filter(r -> r.kind() != RecordKind.SNAPSHOT_END).toList(), rows);
  }

  List<String> texts() {
    return rows.stream().map(Row::text).toList();
  }

  List<String> kinds() {
    return records.stream().map(r -> r.kind().label()).toList();
  }

  List<String> positions() {
    return rows.stream().map(Row::position).toList();
  }

  static TopicRows read(String bootstrap, String topic) {
    List<RecordHeaders> records = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator()) {
      for (ConsumerRecord<byte[], byte[]> record : CommittedRecords.of(bootstrap, topic)) {
        RecordHeaders headers = RecordHeaders.parse(name -> header(record, name));
        parts.writeBytes(record.value());
        RecordHeaders.Part part = headers.part();
        if (part != null && part.index() < part.count()) {
          continue;
        }
        records.add(headers);
        decode(parts.toByteArray(), headers, record.partition(), allocator, rows);
        parts.reset();
      }
    }
    return new TopicRows(records, rows);
  }

  private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private static void decode(
      byte[] value, RecordHeaders headers, int partition, BufferAllocator allocator, List<Row> to) {
    try (VectorSchemaRoot root = ArrowIpc.read(value, allocator, Integer.MAX_VALUE)) {
      if (root.getRowCount() != headers.rows()) {
        throw new AssertionError(root.getRowCount() + " rows in " + headers);
      }
      for (int i = 0; i < root.getRowCount(); i++) {
        Map<String, Object> values = new TreeMap<>();
        for (FieldVector vector : root.getFieldVectors()) {
          Object object = vector.getObject(i);
          if (object != null) {
            values.put(vector.getName(), printable(object));
          }
        }
        to.add(new Row(headers, partition, values));
      }
    }
  }

  private static Object printable(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(x -> x instanceof Character c ? (int) c : x).toList();
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value instanceof Number || value instanceof Boolean ? value : value.toString();
  }
}
