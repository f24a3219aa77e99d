package io.rapidbyte.app.demo;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees when the snapshot is in the warehouse: of what is committed from then on, latencies count.
 */
final class SnapshotWatch {
  private final Board board;
  private long beganMillis;
  private @Nullable Long copiedMillis;
  private long rows;

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
        && streams.stream().allMatch(SnapshotWatch::isCopied)) {
      copiedMillis = nowMillis;
      board.latency().since(nowMillis * 1_000);
      rows = streams.stream().flatMap(s -> s.snapshot().stream()).mapToLong(Snapshot::rows).sum();
    }
  }

  private static boolean isCopied(Stream stream) {
    return stream
        .snapshot()
        .filter(each -> each.done() && stream.hasDelivered(each.rows()))
        .isPresent();
  }

  /** Of the snapshot, source to warehouse; 0 where it did not end. */
  long rowsPerSecond() {
    Long end = copiedMillis;
    return end == null ? 0 : rows * 1_000 / Math.max(1, end - beganMillis);
  }
}
