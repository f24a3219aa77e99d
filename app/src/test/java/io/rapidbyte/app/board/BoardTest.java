package io.rapidbyte.app.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
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
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class BoardTest {
  private static final ErrorInfo LOST =
      ErrorInfo.permanent(
          Category.DATA, Scope.STREAM, Codes.SINK_RESYNC_REQUIRED, "lost", "rapidbyte resync s");
  private static final ErrorInfo REFUSED =
      ErrorInfo.permanent(Category.AUTH, Scope.STREAM, "postgres/privilege", "no", "GRANT");

  private final Board board = new Board(pipeline());

  private static PipelineSpec pipeline() {
    PostgresAddress address =
        new PostgresAddress("db", 5432, "shop", "u", null, "disable", Map.of());
    var snapshot = new SourceSpec.SnapshotSpec(SourceSpec.SnapshotMode.INITIAL, 1);
    var duckdb = new DestinationSpec.Kind.DuckDb(Path.of("w.duckdb"));
    return new PipelineSpec(
        "shop",
        KafkaSpec.EMBEDDED,
        new SourceSpec(address, "slot", "publication", snapshot),
        List.of(),
        List.of(new DestinationSpec("w", duckdb, null, List.of())),
        new PolicySpec(PolicySpec.OnDataError.DLQ),
        LimitSpec.DEFAULT);
  }

  @Test
  void aRunNeedsAResyncWhereEveryStreamOfEveryDestinationDoes() {
    assertThat(board.view().resyncNeeded()).isEmpty();
    SinkObserver warehouse = board.sink("w");
    warehouse.stopped("public.a", LOST);
    assertThat(board.view().resyncNeeded()).contains(LOST);
    warehouse.claimed("public.b", 0, 7);
    assertThat(board.view().resyncNeeded()).isEmpty();
    warehouse.stopped("public.b", REFUSED);
    assertThat(board.view().resyncNeeded()).isEmpty();
    warehouse.stopped("public.b", LOST);
    assertThat(board.view().resyncNeeded()).contains(LOST);
    warehouse.resumed("public.a");
    assertThat(board.view().resyncNeeded()).isEmpty();
  }

  @Test
  void aDeliveryThatFailsAgainAndAgainTellsWhyAsLongAsItDoes() {
    ErrorInfo down =
        ErrorInfo.passing(
            Category.TRANSIENT, Scope.STREAM, "guest/no-answer", "it is down", Backoff.NORMAL);
    SinkObserver warehouse = board.sink("w");
    warehouse.claimed("public.a", 0, 7);
    warehouse.retrying("public.a", down, 0, Duration.ofSeconds(1));
    assertThat(delivery().fault()).isEmpty();
    warehouse.retrying("public.a", down, 2, Duration.ofSeconds(4));
    assertThat(delivery().fault()).contains(down);
    assertThat(delivery().stopped()).isEmpty();
    warehouse.applied(
        new SinkObserver.Group(
            "public.a", 0, 1, 1, 1, 0, 8, List.of(), Instant.EPOCH, Duration.ZERO));
    assertThat(delivery().fault()).isEmpty();
    warehouse.retrying("w", down, 1, Duration.ofSeconds(1));
    assertThat(board.view().destinations().getFirst().fault()).contains(down);
    assertThat(board.view().streams()).hasSize(1);
  }

  private BoardView.Delivery delivery() {
    return Objects.requireNonNull(board.view().streams().getFirst().deliveries().get("w"));
  }
}
