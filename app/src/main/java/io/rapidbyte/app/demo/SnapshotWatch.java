package io.rapidbyte.app.demo;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees when the snapshot is in the warehouse and when the changes made meanwhile are too: from then
 * on latencies count.
 */
final class SnapshotWatch {
  private final Board board;
  private long beganMillis;
  private @Nullable Long copiedMillis;
  private boolean caughtUp;
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
      rows = streams.stream().flatMap(s -> s.snapshot().stream()).mapToLong(Snapshot::rows).sum();
    }
    if (copiedMillis != null && !caughtUp && streams.stream().allMatch(s -> s.behind() == 0)) {
      caughtUp = true;
      board.latency().since(nowMillis * 1_000);
    }
  }

  private static boolean isCopied(Stream stream) {
    return stream
        .snapshot()
        .filter(each -> each.done() && stream.applied() >= each.rows())
        .isPresent();
  }

  /** Of the snapshot, source to warehouse; 0 where it did not end. */
  long rowsPerSecond() {
    Long end = copiedMillis;
    return end == null ? 0 : rows * 1_000 / Math.max(1, end - beganMillis);
  }
}
