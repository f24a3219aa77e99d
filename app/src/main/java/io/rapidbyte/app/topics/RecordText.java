package io.rapidbyte.app.topics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchJson;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A stream topic's records as lines of JSON, a line a row. Parts of a value are put together, by
 * partition. For one thread.
 */
public final class RecordText {
  private static final long MAX_VALUE = 1L << 30;

  private final BufferAllocator allocator;
  private final JsonFactory json = new JsonFactory();
  private final Map<Integer, ByteArrayOutputStream> parts = new HashMap<>();

  /** Batches live in {@code allocator} only within a call. */
  public RecordText(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** The rows of a record; a line of its own for one that has none, such as a truncate. */
  public List<String> lines(ConsumerRecord<String, byte[]> record) {
    RecordHeaders headers = RecordHeaders.parse(name -> value(record, name));
    byte[] value = record.value();
    RecordHeaders.Part part = headers.part();
    if (part != null) {
      ByteArrayOutputStream open =
          parts.computeIfAbsent(record.partition(), _ -> new ByteArrayOutputStream());
      if (part.index() == 1) {
        open.reset(); // a reader that began in the middle of a value
      }
      open.writeBytes(value);
      if (part.index() < part.count()) {
        return List.of();
      }
      value = open.toByteArray();
      parts.remove(record.partition());
    }
    return headers.kind() == RecordKind.CHANGE
            || headers.kind() == RecordKind.SNAPSHOT
            || headers.kind() == RecordKind.REPLAY
        ? rows(value)
        : List.of(mark(headers));
  }

  private static byte @org.jspecify.annotations.Nullable [] value(
      ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private static String mark(RecordHeaders headers) {
    return "{\"_rb_kind\":\""
        + headers.kind().label()
        + "\",\"_rb_lsn\":\""
        + headers.first().lsn()
        + "\",\"_rb_generation\":"
        + headers.generation()
        + ",\"_rb_version\":"
        + headers.schemaVersion()
        + "}";
  }

  private List<String> rows(byte[] value) {
    try (VectorSchemaRoot root = ArrowIpc.read(value, allocator, MAX_VALUE)) {
      BatchView view = new BatchView(root);
      List<String> lines = new ArrayList<>(view.rows());
      for (int row = 0; row < view.rows(); row++) {
        StringWriter line = new StringWriter();
        try (JsonGenerator out = json.createGenerator(line)) {
          BatchJson.row(view, row, out);
        }
        lines.add(line.toString());
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("a row could not be written as JSON", e);
    }
  }
}
