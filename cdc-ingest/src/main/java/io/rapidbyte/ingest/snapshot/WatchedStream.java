package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.ProgressChange.ChunkDone;
import io.rapidbyte.ingest.commit.ProgressChange.CommandsExecuted;
import io.rapidbyte.ingest.commit.ProgressChange.RowsOwed;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState.Owed;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stream on the log's side while it is read in chunks: what its changes do to the open chunk,
 * and the records that a chunk becomes at its high mark. Not thread-safe; guarded by {@link
 * Watermarks}.
 */
final class WatchedStream implements AutoCloseable {
  private static final long WINDOW_BYTES = 32L * 1024 * 1024;

  /** More rows owed than this are not written down; after a crash the generation begins again. */
  private static final int MOST_OWED = 1000;

  private final CopyJob job;
  private final SnapshotTools tools;
  private final ChunkedStream chunks;
  private final boolean spans;
  private final Map<RowKey, List<String>> texts = new HashMap<>();
  private int orders;
  private boolean keyChanged;
  private StreamSchema schema;
  private boolean spansDone;
  private @Nullable SnapshotWriter writer;

  /**
   * A stream before its first chunk of this session.
   *
   * @param spans whether its table is read, span by span
   */
  WatchedStream(CopyJob job, SnapshotTools tools, boolean spans) {
    this.job = job;
    this.spans = spans;
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

  /** So many commands ask for some of its rows. */
  void order(int commands) {
    orders = commands;
  }

  /** Rows are owed from an earlier session. */
  void owe(Collection<RowKey> keys) {
    chunks.owe(keys);
  }

  /** What is new in progress: rows owed, or that all begins again because the key is another. */
  Optional<ProgressChange> change() {
    if (!spans) {
      return Optional.empty();
    }
    if (keyChanged) {
      return Optional.of(
          new SnapshotPhase(job.stream(), job.generation() + 1, Phase.PENDING, Lsn.ZERO));
    }
    if (!chunks.takeOwedChanged()) {
      return Optional.empty();
    }
    List<RowKey> owed = chunks.owed(MOST_OWED + 1);
    if (owed.size() > MOST_OWED) {
      return Optional.of(new RowsOwed(job.stream(), Owed.TOO_MANY));
    }
    texts.keySet().retainAll(owed);
    KeyText text = new KeyText(schema, tools.allocator());
    List<List<String>> keys =
        owed.stream().map(key -> texts.computeIfAbsent(key, text::of)).toList();
    return Optional.of(new RowsOwed(job.stream(), new Owed(keys, true)));
  }

  /** Whether it cannot go on in this session. */
  boolean isKeyChanged() {
    return keyChanged;
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
      keyChanged |= spans && !keyTypes(now).equals(keyTypes(schema));
      schema = now;
      chunks.reshape(now.columns().size(), keyOf(now));
      closeWriter();
    }
  }

  private static List<String> keyTypes(StreamSchema schema) {
    return schema.key().stream()
        .map(name -> name + " " + schema.columns().get(schema.indexOf(name)).type())
        .toList();
  }

  void low(StreamedTransactions streamed) {
    chunks.low(streamed);
  }

  /** Ends the open chunk at its high mark, whose transaction commits at {@code at}. */
  Closed high(Chunk chunk, StreamedTransactions streamed, Lsn at) {
    if (chunk.schemaVersion() != schema.version()) {
      chunks.spoil(ChunkWindow.Reason.SCHEMA_CHANGED);
    }
    if (keyChanged) {
      chunks.spoil(ChunkWindow.Reason.SCHEMA_CHANGED);
    }
    List<RowKey> gone = gone(chunk);
    return switch (chunks.high(chunk.rows(), chunk.snapshot(), streamed, chunk.asked())) {
      case ChunkWindow.Outcome.Again(ChunkWindow.Reason reason) ->
          new Closed(new Result.Again(reason), Parcel.of(List.of()));
      case ChunkWindow.Outcome.Emit(List<Tuple> rows) -> emit(chunk, rows, gone, at);
    };
  }

  /** What a command asked for and is not there, nor has the log brought it since. */
  private List<RowKey> gone(Chunk chunk) {
    if (chunk.executes().isEmpty() || chunk.schemaVersion() != schema.version()) {
      return List.of();
    }
    int[] key = keyOf(schema);
    Set<RowKey> there = new HashSet<>();
    chunk.rows().forEach(row -> there.add(RowKey.of(row, key)));
    return chunk.asked().stream()
        .filter(asked -> !there.contains(asked) && !chunks.isTouched(asked))
        .toList();
  }

  private Closed emit(Chunk chunk, List<Tuple> rows, List<RowKey> gone, Lsn at) {
    SnapshotWriter out = writer();
    out.begin((chunk.executes().isPresent() ? "k" : "c") + at, at, chunk.micros());
    for (Tuple row : rows) {
      out.row(row, length(row));
    }
    out.flush();
    gone.forEach(key -> out.gone(key.row(schema.columns().size(), keyOf(schema))));
    List<ProgressChange> changes = new ArrayList<>();
    if (chunk.executes().isPresent()) {
      orders--;
      changes.add(new CommandsExecuted(chunk.executes().getAsLong()));
    }
    chunk.cursor().ifPresent(key -> changes.add(new ChunkDone(job.stream(), key, rows.size())));
    spansDone |= chunk.last();
    boolean complete = orders == 0 && (!spans || (spansDone && chunks.owed(1).isEmpty()));
    if (complete && spans) {
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
