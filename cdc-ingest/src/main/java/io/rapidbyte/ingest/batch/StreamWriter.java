package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One stream's changes, in one schema version, on their way into records. Finished records go to a
 * list that the caller empties, in log order within each partition. One thread.
 *
 * <p>Tuples have the columns of the schema, in its order.
 */
public final class StreamWriter implements AutoCloseable {
  private final Target target;
  private final StreamSchema schema;
  private final Rejects rejects;
  private final List<RecordDraft> out;
  private final Partitioner partitioner;
  private final OpenBatch[] batches;

  /**
   * Where a stream's records go.
   *
   * @param generation the stream's
   * @param maxRowBytes a larger row stops the stream
   */
  public record Target(String topic, int partitions, int generation, long maxRowBytes) {}

  /** A writer without rows; {@code out} gets the finished records. */
  public StreamWriter(
      Target target,
      StreamSchema schema,
      BufferAllocator allocator,
      Rejects rejects,
      List<RecordDraft> out) {
    this.target = target;
    this.schema = schema;
    this.rejects = rejects;
    this.out = out;
    this.partitioner = new Partitioner(schema, target.partitions(), allocator);
    this.batches = new OpenBatch[target.partitions()];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = new OpenBatch(new BatchBuilder(schema, allocator), i);
    }
  }

  /** The columns of its rows. */
  public StreamSchema schema() {
    return schema;
  }

  /** An insert, or an update with what is known of the old row. */
  public void row(RowPlace place, int ordinal, Op op, Tuple row, @Nullable Tuple before) {
    try {
      boolean complete = partitioner.partitions() == 1 || !hasUnchanged(row);
      if (!complete) {
        throw missingBase();
      }
      write(batches[partitioner.of(row)], place, ordinal, op, row, before);
    } catch (RapidbyteException e) {
      refuse(e, place.at(ordinal), op, row);
    }
  }

  /** A delete, of which the key is known, and the old row where {@code before} is given. */
  public void delete(RowPlace place, int ordinal, Tuple key, @Nullable Tuple before) {
    try {
      write(batches[partitioner.of(key)], place, ordinal, Op.DELETE, key, before);
    } catch (RapidbyteException e) {
      refuse(e, place.at(ordinal), Op.DELETE, key);
    }
  }

  /** A key change: a delete of the old key and an insert, in one record where N is 1. */
  public void keyChange(RowPlace place, int ordinal, Tuple old, Tuple row, boolean fullOld) {
    delete(place, ordinal, old, fullOld ? old : null);
    row(place, ordinal + 1, Op.INSERT, row, old);
  }

  private void write(
      OpenBatch batch, RowPlace place, int ordinal, Op op, Tuple row, @Nullable Tuple before) {
    BatchBuilder rows = batch.builder;
    if (place.messageBytes() > target.maxRowBytes()) {
      throw tooLarge(place);
    }
    if (place.messageBytes() >= BatchBuilder.TARGET_BYTES && rows.rows() > 0) {
      flush(batch); // a giant row gets records of its own
    }
    try {
      if (op == Op.DELETE) {
        rows.key(row);
      } else {
        rows.columns(row);
      }
      if (before != null) {
        rows.before(before);
      }
    } catch (RapidbyteException e) {
      rows.undo();
      throw e;
    }
    rows.end(op, place.lsn(), ordinal, place.xid(), place.micros());
    batch.reaches(place.lsn(), ordinal);
  }

  private static boolean hasUnchanged(Tuple row) {
    for (int i = 0; i < row.columns(); i++) {
      if (row.kind(i) == Tuple.UNCHANGED) {
        return true;
      }
    }
    return false;
  }

  private void refuse(RapidbyteException e, Position position, Op op, Tuple row) {
    if (e.error().scope() != Scope.RECORD) {
      throw e;
    }
    rejects.reject(schema, target.generation(), op, position, row, e.error());
  }

  /** Finishes batches that are full; to be called behind each message, never within one. */
  public void flushFull() {
    for (OpenBatch batch : batches) {
      if (batch.builder.isFull()) {
        flush(batch);
      }
    }
  }

  /** Finishes every batch that has rows. */
  public void flush() {
    for (OpenBatch batch : batches) {
      if (batch.builder.rows() > 0) {
        flush(batch);
      }
    }
  }

  private void flush(OpenBatch batch) {
    int rows = batch.builder.rows();
    RecordHeaders headers = headers(RecordKind.CHANGE, batch.first(), batch.last(), rows);
    out.add(
        new RecordDraft(
            schema.stream(), target.topic(), batch.partition, headers, batch.builder.take()));
  }

  /** A record without rows to every partition, behind all rows so far. */
  public void mark(RecordKind kind, Position position) {
    flush();
    for (OpenBatch batch : batches) {
      RecordHeaders headers = headers(kind, position, position, 0);
      out.add(
          new RecordDraft(
              schema.stream(), target.topic(), batch.partition, headers, batch.builder.take()));
    }
  }

  private RecordHeaders headers(RecordKind kind, Position first, Position last, int rows) {
    return new RecordHeaders(
        kind, first, last, rows, schema.version(), target.generation(), null, null, null, null);
  }

  private RapidbyteException missingBase() {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.RECORD,
            Codes.MISSING_BASE,
            schema.stream() + ": an update leaves out unchanged large values",
            "ALTER TABLE " + schema.table().quoted() + " REPLICA IDENTITY FULL"));
  }

  private RapidbyteException tooLarge(RowPlace place) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.STREAM,
            Codes.ROW_TOO_LARGE,
            "%s: a row of %d bytes at %s is above limits.max_row, %d bytes"
                .formatted(
                    schema.stream(), place.messageBytes(), place.commit(), target.maxRowBytes()),
            "raise limits.max_row, or leave the large column out of streams[].columns"));
  }

  @Override
  public void close() {
    partitioner.close();
    for (OpenBatch batch : batches) {
      batch.builder.close();
    }
  }

  /** A partition's batch and the places of its first and last row. */
  private static final class OpenBatch {
    final BatchBuilder builder;
    final int partition;
    private long firstLsn;
    private int firstOrdinal;
    private long lastLsn;
    private int lastOrdinal;

    OpenBatch(BatchBuilder builder, int partition) {
      this.builder = builder;
      this.partition = partition;
    }

    void reaches(long lsn, int ordinal) {
      if (builder.rows() == 1) {
        firstLsn = lsn;
        firstOrdinal = ordinal;
      }
      lastLsn = lsn;
      lastOrdinal = ordinal;
    }

    Position first() {
      return new Position(new io.rapidbyte.schemas.position.Lsn(firstLsn), firstOrdinal);
    }

    Position last() {
      return new Position(new io.rapidbyte.schemas.position.Lsn(lastLsn), lastOrdinal);
    }
  }
}
