package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.ProgressChange.ChunkDone;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stream on the log's side while it is read in chunks: what its changes do to the open chunk,
 * and the records that a chunk becomes at its high mark. Not thread-safe; guarded by {@link
 * Watermarks}.
 */
final class WatchedStream implements AutoCloseable {
  private static final long WINDOW_BYTES = 32L * 1024 * 1024;

  private final CopyJob job;
  private final SnapshotTools tools;
  private final ChunkedStream chunks;
  private StreamSchema schema;
  private boolean spansDone;
  private @Nullable SnapshotWriter writer;

  /** A stream before its first chunk of this session. */
  WatchedStream(CopyJob job, SnapshotTools tools) {
    this.job = job;
    this.tools = tools;
    this.schema = job.schema();
    this.chunks = new ChunkedStream(schema.columns().size(), keyOf(schema), WINDOW_BYTES);
  }

  private static int[] keyOf(StreamSchema schema) {
    return schema.key().stream().mapToInt(schema::indexOf).toArray();
  }

  /** What became of a chunk. */
  sealed interface Result {
    /**
     * Its rows are on their way.
     *
     * @param complete whether the stream's snapshot is, with them
     */
    record Emitted(long rows, boolean complete) implements Result {}

    /** It must be read again. */
    record Again(ChunkWindow.Reason reason) implements Result {}
  }

  /** A result, and what goes into the topics with it. */
  record Closed(Result result, Parcel parcel) {}

  StreamSchema schema() {
    return schema;
  }

  /** Keys whose rows are to be read by key, at most {@code most}. */
  Set<RowKey> owed(int most) {
    return Set.copyOf(chunks.owed(most));
  }

  void change(StreamSchema now, Op op, Tuple row) {
    reshape(now);
    chunks.change(op, row);
  }

  void truncated() {
    chunks.truncated();
  }

  /** Rows have these columns from here on. */
  void reshape(StreamSchema now) {
    if (now.version() != schema.version()) {
      schema = now;
      chunks.reshape(now.columns().size(), keyOf(now));
      closeWriter();
    }
  }

  void low(StreamedTransactions streamed) {
    chunks.low(streamed);
  }

  /** Ends the open chunk at its high mark, whose transaction commits at {@code at}. */
  Closed high(Chunk chunk, StreamedTransactions streamed, Lsn at) {
    if (chunk.schemaVersion() != schema.version()) {
      chunks.spoil(ChunkWindow.Reason.SCHEMA_CHANGED);
    }
    return switch (chunks.high(chunk.rows(), chunk.snapshot(), streamed, chunk.asked())) {
      case ChunkWindow.Outcome.Again(ChunkWindow.Reason reason) ->
          new Closed(new Result.Again(reason), Parcel.of(List.of()));
      case ChunkWindow.Outcome.Emit(List<Tuple> rows) -> emit(chunk, rows, at);
    };
  }

  private Closed emit(Chunk chunk, List<Tuple> rows, Lsn at) {
    SnapshotWriter out = writer();
    out.begin("c" + at, at, chunk.micros());
    for (Tuple row : rows) {
      out.row(row, length(row));
    }
    out.flush();
    List<ProgressChange> changes = new ArrayList<>();
    chunk.cursor().ifPresent(key -> changes.add(new ChunkDone(job.stream(), key, rows.size())));
    spansDone |= chunk.last();
    boolean complete = spansDone && chunks.owed(1).isEmpty();
    if (complete) {
      out.end(at);
      changes.add(new SnapshotPhase(job.stream(), job.generation(), Phase.DONE, at));
    }
    return new Closed(new Result.Emitted(rows.size(), complete), new Parcel(out.take(), changes));
  }

  private static long length(Tuple row) {
    long length = 0;
    for (int i = 0; i < row.columns(); i++) {
      length += row.length(i);
    }
    return length;
  }

  private SnapshotWriter writer() {
    SnapshotWriter open = writer;
    if (open == null) {
      open = new SnapshotWriter(new CopyJob(job.plan(), schema, job.generation()), tools);
      writer = open;
    }
    return open;
  }

  private void closeWriter() {
    SnapshotWriter open = writer;
    if (open != null) {
      open.close();
      writer = null;
    }
  }

  @Override
  public void close() {
    closeWriter();
  }
}
