package io.rapidbyte.app.board;

import io.rapidbyte.app.board.BoardView.Delivery;
import io.rapidbyte.app.board.BoardView.Processing;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Stream;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.SinkObserver;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One stream's counts; guarded by its board. */
final class StreamCell {
  String topic = "";
  long rows;
  long bytes;
  long records;
  long rejected;
  @Nullable Snapshot snapshot;
  @Nullable Processing processing;
  private final Map<String, DeliveryCell> deliveries = new TreeMap<>();

  /** One destination's counts of the stream. */
  static final class DeliveryCell {
    long refused;
    long letters;
    @Nullable ErrorInfo stopped;
    @Nullable ErrorInfo waiting;
    final Map<Integer, Long> behind = new TreeMap<>();
    private long rows;
    private long bytes;
    private long groups;
    private long lastCommitMicros;
    private long lastAppliedMicros;

    void applied(SinkObserver.Group group) {
      rows += group.rows();
      bytes += group.bytes();
      groups++;
      refused += group.refused();
      stopped = null;
      waiting = null;
      lastAppliedMicros = Latency.micros(group.appliedAt());
      lastCommitMicros = Math.max(lastCommitMicros, group.lastCommitMicros().orElse(0));
    }

    Delivery view() {
      long records = behind.values().stream().mapToLong(Long::longValue).sum();
      return new Delivery(
          rows,
          bytes,
          groups,
          refused,
          letters,
          records,
          lastCommitMicros,
          lastAppliedMicros,
          Optional.ofNullable(stopped),
          Optional.ofNullable(waiting));
    }
  }

  DeliveryCell delivery(String destination) {
    return deliveries.computeIfAbsent(destination, _ -> new DeliveryCell());
  }

  Stream view(String name) {
    Map<String, Delivery> views = new TreeMap<>();
    deliveries.forEach((destination, cell) -> views.put(destination, cell.view()));
    return new Stream(
        name,
        topic,
        rows,
        bytes,
        records,
        rejected,
        Optional.ofNullable(snapshot),
        Optional.ofNullable(processing),
        views);
  }
}
