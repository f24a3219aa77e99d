package io.rapidbyte.app.topics;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchJson;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A stream topic's records as lines of JSON, a line a row. Parts of a value are put together, by
 * partition. For one thread.
 */
public final class RecordText {
  private static final long MAX_VALUE = 1L << 30;

  private final BufferAllocator allocator;
  private final WholeValues values = new WholeValues();

  /** Batches live in {@code allocator} only within a call. */
  public RecordText(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** The rows of a record; a line of its own for one that has none, such as a truncate. */
  public List<String> lines(ConsumerRecord<String, byte[]> record) {
    RecordHeaders headers = WholeValues.headers(record);
    return values
        .add(record, headers)
        .map(value -> headers.kind().hasRows() ? rows(value) : List.of(mark(headers)))
        .orElse(List.of());
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
      return IntStream.range(0, view.rows()).mapToObj(row -> BatchJson.line(view, row)).toList();
    }
  }
}
