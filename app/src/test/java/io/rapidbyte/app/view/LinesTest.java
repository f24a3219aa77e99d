package io.rapidbyte.app.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.ingest.IngestObserver.Phase;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.sink.SinkObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What somebody who watches sees. */
final class LinesTest {
  private static final Instant AT = Instant.ofEpochSecond(1_000);
  private static final long NOW = 1_001_500_000L;

  private final Board board = new Board(spec());
  private final SinkObserver sink = board.sink("warehouse");

  @Test
  void showsALineAStreamWithRateTotalLagAndDeadLetters() {
    board.ingest().phase(Phase.STREAMING);
    board.ingest().position(new Lsn(100), new Lsn(2_148), 1);
    sink.opened();
    BoardView before = board.view();
    board.ingest().committed("public.orders", 5_000, 1, 1);
    board.ingest().rejected("public.orders", error(), true);
    sink.applied(group("public.orders", 4_000));
    sink.behind("public.orders", 0, 2);
    sink.applied(group("public.visits", 10));

    assertThat(Lines.table(board.view(), before, Duration.ofSeconds(2), NOW))
        .containsExactly(
            "shop · streaming · log 0/64, 2.0 KiB behind",
            "STREAM         ROWS/S  TOTAL  LAG    DLQ",
            "public.orders   2,000  4,000  2.5 s    1",
            "public.visits       5     10  -        0");
  }

  @Test
  void showsASnapshotAsABarWithTheTimeItStillTakes() {
    board.ingest().snapshot("public.orders", 1, 1_000, 4_000, false);
    BoardView before = board.view();
    board.ingest().snapshot("public.orders", 1, 2_000, 4_000, false);

    assertThat(Lines.table(board.view(), before, Duration.ofSeconds(1), NOW).get(2))
        .endsWith("██████████░░░░░░░░░░ 50 % ETA 2.0 s");
  }

  @Test
  void saysWhyAStreamADestinationOrTheSourceDoesNotGoOn() {
    sink.stopped("public.orders", error());
    board.sinkFailed("warehouse", error());
    board.ingest().retrying(error(), Duration.ofSeconds(1));

    assertThat(Lines.faults(board.view()))
        .containsExactly(
            "! source: sink/locked: the file is locked — close it",
            "! warehouse: sink/locked: the file is locked — close it",
            "! public.orders → warehouse: sink/locked: the file is locked — close it");
  }

  @Test
  void forgetsAFaultWhenTheStreamGoesOn() {
    sink.stopped("public.orders", error());
    sink.applied(group("public.orders", 1));
    board.ingest().retrying(error(), Duration.ofSeconds(1));
    board.ingest().phase(Phase.STREAMING);

    assertThat(Lines.faults(board.view())).isEmpty();
  }

  @Test
  void tellsALogOfAFaultOnceAndOfItsEnd() {
    BoardView well = board.view();
    sink.stopped("public.orders", error());
    BoardView stopped = board.view();
    sink.applied(group("public.orders", 1));
    BoardView mended = board.view();

    assertThat(Lines.news(stopped, well))
        .containsExactly("! public.orders → warehouse: sink/locked: the file is locked — close it");
    assertThat(Lines.news(stopped, stopped)).isEmpty();
    assertThat(Lines.news(mended, stopped)).containsExactly("public.orders → warehouse goes on");
  }

  @Test
  void measuresFromTheSourcesCommitToTheDestinations() {
    board.latency().since(999_000_000L);
    sink.applied(group("public.orders", 99));
    assertThat(board.latency().quantileMillis(0.99)).isBetween(999.0, 1_021.0);
  }

  private static ErrorInfo error() {
    return ErrorInfo.permanent(
        Category.TRANSIENT, Scope.STREAM, "sink/locked", "the file is locked", "close it");
  }

  private static SinkObserver.Group group(String stream, int rows) {
    return new SinkObserver.Group(
        stream,
        0,
        1,
        rows,
        10,
        0,
        7,
        List.of(new SinkObserver.CommitTime(999_000_000L, rows)),
        AT,
        Duration.ZERO);
  }

  private static PipelineSpec spec() {
    return new PipelineSpec(
        "shop",
        KafkaSpec.EMBEDDED,
        new SourceSpec(
            new PostgresAddress("h", 1, "d", "u", null, "prefer", Map.of()),
            "s",
            "p",
            new SourceSpec.SnapshotSpec(SourceSpec.SnapshotMode.INITIAL, 1)),
        List.of(),
        List.of(
            new DestinationSpec(
                "warehouse", new DestinationSpec.Kind.DuckDb(Path.of("x")), null, List.of())),
        PolicySpec.DEFAULT,
        LimitSpec.DEFAULT);
  }
}
