package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.batch.BatchBuilder;
import io.rapidbyte.ingest.batch.Partitioner;
import io.rapidbyte.ingest.batch.RecordDraft;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One stream's snapshot rows on their way into records. A range is {@link #begin}, rows, {@link
 * #flush}; finished records wait until {@link #take}. One thread.
 */
final class SnapshotWriter implements AutoCloseable {
  private final StreamPlan plan;
  private final StreamSchema schema;
  private final int generation;
  private final SnapshotTools.Limits limits;
  private final RejectsInto.Refused rejects;
  private final Partitioner partitioner;
  private final Batch[] batches;
  private final List<OutRecord> out = new ArrayList<>();

  private String range = "";
  private Lsn lsn = Lsn.ZERO;
  private long micros;
  private int ordinal;
  private int deletes;
  private long rows;

  /** A writer without rows. */
  SnapshotWriter(CopyJob job, SnapshotTools tools) {
    this(job, tools.limits(), tools.rejects(), tools.allocator());
  }

  private SnapshotWriter(
      CopyJob job, SnapshotTools.Limits limits, RejectsInto rejects, BufferAllocator allocator) {
    this.plan = job.plan();
    this.schema = job.schema();
    this.generation = job.generation();
    this.limits = limits;
    this.rejects = rejects.into(out);
    this.partitioner = new Partitioner(schema, plan.partitions(), allocator);
    this.batches = new Batch[plan.partitions()];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = new Batch(new BatchBuilder(schema, allocator));
    }
  }

  /**
   * The rows that follow are of this range, numbered from 0.
   *
   * @param at the rows' LSN
   * @param atMicros their time, µs since 1970
   */
  void begin(String label, Lsn at, long atMicros) {
    range = label;
    lsn = at;
    micros = atMicros;
    ordinal = 0;
    deletes = 0;
    rows = 0;
  }

  /**
   * Writes a row; records that it fills wait for {@link #take}.
   *
   * @param rowBytes what it takes on the wire
   * @throws RapidbyteException where the row is above {@code limits.max_row}, or the policy stops
   *     the stream for a row that cannot be written
   */
  void row(Tuple row, long rowBytes) {
    if (rowBytes > limits.maxRowBytes()) {
      throw tooLarge(rowBytes);
    }
    int number = ordinal++;
    rows++;
    try {
      write(partitioner.of(row), row, number, rowBytes);
    } catch (RapidbyteException e) {
      if (e.error().scope() != Scope.RECORD) {
        throw e;
      }
      rejects.reject(schema, generation, range, new Position(lsn, number), row, e.error());
    }
  }

  /** Writes that a row is not there any more, as a change at the range's LSN. */
  void gone(Tuple key) {
    int partition = partitioner.of(key);
    Batch batch = batches[partition];
    flush(batch, partition);
    Position position = new Position(lsn, deletes);
    batch.builder.key(key);
    batch.builder.end(Op.DELETE, lsn.bits(), deletes++, 0, micros);
    RecordHeaders headers =
        new RecordHeaders(
            RecordKind.CHANGE,
            position,
            position,
            1,
            schema.version(),
            generation,
            null,
            null,
            null,
            null);
    add(partition, headers, batch.builder.take());
  }

  private void write(int partition, Tuple row, int number, long rowBytes) {
    Batch batch = batches[partition];
    if (rowBytes >= BatchBuilder.TARGET_BYTES) {
      flush(batch, partition); // a giant row gets records of its own
    }
    BatchBuilder builder = batch.builder;
    try {
      builder.columns(row);
    } catch (RapidbyteException e) {
      builder.undo();
      throw e;
    }
    if (builder.rows() == 0) {
      batch.first = number;
    }
    batch.last = number;
    builder.end(Op.SNAPSHOT, lsn.bits(), number, 0, micros);
    if (builder.isFull()) {
      flush(batch, partition);
    }
  }

  /** Finishes every batch that has rows. */
  void flush() {
    for (int i = 0; i < batches.length; i++) {
      flush(batches[i], i);
    }
  }

  private void flush(Batch batch, int partition) {
    int count = batch.builder.rows();
    if (count > 0) {
      Position first = new Position(lsn, batch.first);
      Position last = new Position(lsn, batch.last);
      add(partition, headers(RecordKind.SNAPSHOT, first, last, count), batch.builder.take());
    }
  }

  /** The record that ends the generation, to every partition. */
  void end(Lsn at) {
    flush();
    range = "";
    Position position = new Position(at, 0);
    for (int i = 0; i < batches.length; i++) {
      add(i, headers(RecordKind.SNAPSHOT_END, position, position, 0), batches[i].builder.take());
    }
  }

  private void add(int partition, RecordHeaders headers, byte[] value) {
    new RecordDraft(schema.stream(), plan.topic(), partition, headers, value)
        .seal(limits.recordBytes(), out);
  }

  private RecordHeaders headers(RecordKind kind, Position first, Position last, int count) {
    String of = range.isEmpty() ? null : range;
    return new RecordHeaders(
        kind, first, last, count, schema.version(), generation, of, null, null, null);
  }

  /** Whether finished records wait. */
  boolean hasRecords() {
    return !out.isEmpty();
  }

  /** The finished records; none is left behind. */
  List<OutRecord> take() {
    List<OutRecord> finished = List.copyOf(out);
    out.clear();
    return finished;
  }

  /** Rows since {@link #begin}, the refused among them. */
  long rows() {
    return rows;
  }

  private RapidbyteException tooLarge(long bytes) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.STREAM,
            Codes.ROW_TOO_LARGE,
            "%s: a row of %d bytes in the snapshot is above limits.max_row, %d bytes"
                .formatted(schema.stream(), bytes, limits.maxRowBytes()),
            "raise limits.max_row, or leave the large column out of streams[].columns"));
  }

  @Override
  public void close() {
    partitioner.close();
    for (Batch batch : batches) {
      batch.builder.close();
    }
  }

  /** A partition's batch and the numbers of its first and last row. */
  private static final class Batch {
    final BatchBuilder builder;
    private int first;
    private int last;

    Batch(BatchBuilder builder) {
      this.builder = builder;
    }
  }
}
