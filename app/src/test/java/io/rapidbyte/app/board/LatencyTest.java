package io.rapidbyte.app.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidbyte.sink.SinkObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LatencyTest {
  @Test
  void countsEachRowByItsOwnChange() {
    Latency latency = new Latency();
    Instant applied = Instant.ofEpochSecond(1_000);
    var old = new SinkObserver.CommitTime(999_000_000L, 2);
    var fresh = new SinkObserver.CommitTime(999_990_000L, 98);
    latency.applied(
        new SinkObserver.Group(
            "s", 0, 1, 100, 10, 0, 7, List.of(old, fresh), applied, Duration.ZERO));
    assertThat(latency.quantileMillis(0.5)).isCloseTo(10, within(0.5));
    assertThat(latency.quantileMillis(0.99)).isCloseTo(1_000, within(25.0));
  }
}
