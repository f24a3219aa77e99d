package io.rapidbyte.ingest.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.ingest.replicate.LogTap;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the reader of chunks and the log meet. The reader opens a chunk, has its low mark written,
 * reads, hands over what it read, has the high mark written, and waits; the log's side sees the
 * marks come by and decides. One chunk is open at a time.
 *
 * <p>The log's side never waits: what it needs was handed over before the high mark was written.
 */
final class Watermarks implements LogTap, AutoCloseable {
  private final String prefix;
  private final String token;
  private final Map<String, WatchedStream> streams = new ConcurrentHashMap<>();
  private final StreamedTransactions streamed = new StreamedTransactions();
  private @Nullable Open open;
  private long opened;

  /**
   * Watches nothing yet.
   *
   * @param prefix of the marks' messages
   * @param token tells this session's marks from all others
   */
  Watermarks(String prefix, String token) {
    this.prefix = prefix;
    this.token = token;
  }

  /** A chunk under way, as its reader knows it. */
  static final class Open {
    private final String stream;
    private final StreamSchema schema;
    private final Set<RowKey> owed;
    private final String low;
    private final String high;
    private @Nullable Chunk chunk;
    private WatchedStream.@Nullable Result result;
    private boolean lowSeen;

    private Open(String stream, WatchedStream watched, String id, int owedKeys) {
      this.stream = stream;
      this.schema = watched.schema();
      this.owed = watched.owed(owedKeys);
      this.low = id + " low";
      this.high = id + " high";
    }

    /** The columns to read. */
    StreamSchema schema() {
      return schema;
    }

    /** Keys that are to be read by key. */
    Set<RowKey> owed() {
      return owed;
    }

    /** The content of its low mark. */
    String low() {
      return low;
    }

    /** The content of its high mark. */
    String high() {
      return high;
    }
  }

  /** The prefix of the marks' messages. */
  String prefix() {
    return prefix;
  }

  /** Watches a stream from the log's next message on. */
  void watch(String stream, WatchedStream watched) {
    streams.put(stream, watched);
  }

  /** Opens a chunk, in place of the one before. Its low mark is not yet written. */
  synchronized Open open(String stream, int owedKeys) throws InterruptedException {
    while (!streams.containsKey(stream)) {
      wait(); // it begins again, in another session, which ends this thread
    }
    WatchedStream watched = Objects.requireNonNull(streams.get(stream), stream);
    Open next = new Open(stream, watched, token + " " + ++opened, owedKeys);
    open = next;
    return next;
  }

  /** Hands over what was read. The high mark is not yet written. */
  synchronized void ready(Open of, Chunk chunk) {
    of.chunk = chunk;
  }

  /** Waits until the log has brought the high mark, and tells what became of the chunk. */
  synchronized WatchedStream.Result await(Open of) throws InterruptedException {
    while (of.result == null) {
      wait();
    }
    return of.result;
  }

  @Override
  public boolean watches(String stream) {
    return streams.containsKey(stream);
  }

  @Override
  public synchronized void begin(Lsn commit, int xid) {
    if (!streams.isEmpty()) {
      streamed.add(xid);
    }
  }

  @Override
  public synchronized void change(StreamSchema schema, Op op, int xid, Tuple row) {
    WatchedStream watched = streams.get(schema.stream());
    if (watched != null) {
      watched.change(schema, op, row);
    }
  }

  @Override
  public synchronized void truncated(String stream, int xid) {
    WatchedStream watched = streams.get(stream);
    if (watched != null) {
      watched.truncated();
    }
  }

  @Override
  public synchronized void schemaChanged(StreamSchema schema) {
    WatchedStream watched = streams.get(schema.stream());
    if (watched != null) {
      watched.reshape(schema);
    }
  }

  @Override
  public synchronized List<ProgressChange> changes() {
    if (streams.isEmpty()) {
      return List.of();
    }
    List<ProgressChange> changes = new ArrayList<>();
    for (WatchedStream watched : streams.values()) {
      watched.change().ifPresent(changes::add);
    }
    streams.values().removeIf(Watermarks::isGivenUp);
    return changes;
  }

  private static boolean isGivenUp(WatchedStream watched) {
    if (watched.isKeyChanged()) {
      watched.close();
      return true;
    }
    return false;
  }

  @Override
  public synchronized Optional<Parcel> message(String of, byte[] content, Lsn commit) {
    Open at = open;
    if (at == null || !of.equals(prefix)) {
      return Optional.empty();
    }
    if (!streams.containsKey(at.stream)) {
      return Optional.empty(); // it begins again, in another session; its reader waits for that
    }
    String mark = new String(content, UTF_8);
    if (mark.equals(at.low)) {
      watched(at).low(streamed);
      at.lowSeen = true;
    } else if (mark.equals(at.high) && at.lowSeen) {
      return Optional.of(high(at, commit));
    }
    return Optional.empty();
  }

  private Parcel high(Open at, Lsn commit) {
    Chunk chunk = Objects.requireNonNull(at.chunk, "a high mark before its chunk");
    WatchedStream watched = watched(at);
    WatchedStream.Closed closed = watched.high(chunk, streamed, commit);
    streamed.forget(chunk.snapshot());
    if (closed.result() instanceof WatchedStream.Result.Emitted emitted && emitted.complete()) {
      streams.remove(at.stream);
      watched.close();
    }
    open = null;
    at.result = closed.result();
    at.chunk = null;
    notifyAll();
    return closed.parcel();
  }

  private WatchedStream watched(Open at) {
    return Objects.requireNonNull(streams.get(at.stream), at.stream);
  }

  /** Forgets every stream; to be called when the log is no longer read. */
  @Override
  public synchronized void close() {
    streams.values().forEach(WatchedStream::close);
    streams.clear();
  }
}
