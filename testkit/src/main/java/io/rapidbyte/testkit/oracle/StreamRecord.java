package io.rapidbyte.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of a stream topic, as its documentation describes it.
 *
 * @param place topic, partition and offset, for messages
 * @param first the header {@code rb-first}
 * @param last the header {@code rb-last}
 * @param declaredRows the header {@code rb-rows}
 * @param chunk the header {@code rb-txn}; empty where its transactions are whole
 */
record StreamRecord(
    String topic,
    int partition,
    String place,
    String kind,
    String first,
    String last,
    int declaredRows,
    int generation,
    String range,
    String chunk,
    List<Row> rows) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A row's identity.
   *
   * @param key the key columns' values as text; empty for a table without a key
   */
  record Row(char op, long lsn, int ordinal, String key) {}

  static StreamRecord of(
      ConsumerRecord<byte[], byte[]> record, byte[] value, BufferAllocator allocator) {
    String place = record.topic() + "-" + record.partition() + "@" + record.offset();
    return new StreamRecord(
        record.topic(),
        record.partition(),
        place,
        header(record, "rb-kind"),
        header(record, "rb-first"),
        header(record, "rb-last"),
        Integer.parseInt(header(record, "rb-rows")),
        Integer.parseInt(header(record, "rb-generation")),
        header(record, "rb-range"),
        header(record, "rb-txn"),
        rows(value, place, allocator));
  }

  /** A header's text; empty where the record has none of that name. */
  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static List<Row> rows(byte[] value, String place, BufferAllocator allocator) {
    List<Row> rows = new ArrayList<>();
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(value), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      List<FieldVector> key =
          keyNames(root).stream().map(root::getVector).collect(Collectors.toList());
      while (reader.loadNextBatch()) {
        TinyIntVector ops = (TinyIntVector) root.getVector("_rb_op");
        UInt8Vector lsns = (UInt8Vector) root.getVector("_rb_lsn");
        UInt4Vector ordinals = (UInt4Vector) root.getVector("_rb_ordinal");
        for (int i = 0; i < root.getRowCount(); i++) {
          int row = i;
          String name =
              key.stream()
                  .map(vector -> String.valueOf(vector.getObject(row)))
                  .collect(Collectors.joining(", "));
          rows.add(new Row((char) ops.get(i), lsns.get(i), ordinals.get(i), name));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(place + " is not an Arrow stream", e);
    }
  }

  private static List<String> keyNames(VectorSchemaRoot root) throws JsonProcessingException {
    String key = root.getSchema().getCustomMetadata().getOrDefault("rb.key", "[]");
    return List.of(JSON.readValue(key, String[].class));
  }
}
