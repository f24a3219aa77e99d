package io.rapidbyte.ingest.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ParcelSink;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Keeps what is put to it, in order. */
final class RecordingSink implements ParcelSink {
  private final List<Parcel> parcels = new ArrayList<>();

  @Override
  public synchronized void put(Parcel parcel) throws InterruptedException {
    parcels.add(parcel);
  }

  @Override
  public void drain() {}

  synchronized List<Parcel> parcels() {
    return List.copyOf(parcels);
  }

  List<ProgressChange> changes() {
    return parcels().stream().flatMap(parcel -> parcel.changes().stream()).toList();
  }

  List<OutRecord> records(String stream) {
    return parcels().stream()
        .flatMap(parcel -> parcel.records().stream())
        .filter(record -> record.stream().equals(stream))
        .toList();
  }

  static RecordHeaders headers(OutRecord record) {
    Map<String, byte[]> all = new HashMap<>();
    record.headers().forEach(header -> all.put(header.key(), header.value()));
    return RecordHeaders.parse(all::get);
  }

  static String kind(OutRecord record) {
    return headers(record).kind().label();
  }

  /** Each row's data values as text, with its identity: {@code range#n}. */
  Map<String, List<String>> rows(String stream, BufferAllocator allocator) {
    Map<String, List<String>> rows = new HashMap<>();
    for (OutRecord record : records(stream)) {
      RecordHeaders headers = headers(record);
      try (VectorSchemaRoot root = ArrowIpc.read(record.value(), allocator, Integer.MAX_VALUE)) {
        BatchView view = new BatchView(root);
        for (int row = 0; row < view.rows(); row++) {
          String id = headers.range() + "#" + view.position(row).ordinal();
          if (rows.put(id, values(view, row)) != null) {
            throw new AssertionError("row " + id + " of " + stream + " is there twice");
          }
        }
      }
    }
    return rows;
  }

  private static List<String> values(BatchView view, int row) {
    List<String> values = new ArrayList<>();
    for (FieldVector vector : view.data()) {
      Object value = vector.getObject(row);
      values.add(value instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(value));
    }
    return values;
  }
}
