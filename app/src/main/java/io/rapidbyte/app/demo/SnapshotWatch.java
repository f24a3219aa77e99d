package io.rapidbyte.app.demo;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees when the snapshot is in the warehouse: of what is committed from then on, latencies count.
 */
final class SnapshotWatch {
  private final Board board;
  private long beganMillis;
  private @Nullable Long copiedMillis;
  private long rows;

  /** Rows that had come out of a stream's transforms when the snapshot's had gone in. */
  private final Map<String, Long> transformed = new HashMap<>();

  SnapshotWatch(Board board) {
    this.board = board;
  }

  void turn(long nowMillis) {
    if (beganMillis == 0) {
      beganMillis = nowMillis;
    }
    List<Stream> streams = board.view().streams();
    if (copiedMillis == null
        && !streams.isEmpty()
        && streams.stream().filter(this::isCopied).count() == streams.size()) {
      copiedMillis = nowMillis;
      board.latency().since(nowMillis * 1_000);
      rows = streams.stream().flatMap(s -> s.snapshot().stream()).mapToLong(Snapshot::rows).sum();
    }
  }

  private boolean isCopied(Stream stream) {
    return !stream.deliveries().isEmpty()
        && stream
            .snapshot()
            .filter(each -> each.done() && stream.applied() >= owed(stream, each.rows()))
            .isPresent();
  }

  /** What came of the snapshot's rows; as many, unless the stream's transforms drop some. */
  private long owed(Stream stream, long rows) {
    if (stream.processing().isEmpty()) {
      return rows;
    }
    stream
        .processing()
        .filter(each -> each.in() >= rows)
        .ifPresent(each -> transformed.putIfAbsent(stream.name(), each.out()));
    return transformed.getOrDefault(stream.name(), Long.MAX_VALUE);
  }

  /** Of the snapshot, source to warehouse; 0 where it did not end. */
  long rowsPerSecond() {
    Long end = copiedMillis;
    return end == null ? 0 : rows * 1_000 / Math.max(1, end - beganMillis);
  }
}
