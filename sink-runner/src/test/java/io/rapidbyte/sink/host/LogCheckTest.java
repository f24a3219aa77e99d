package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.destination.PartitionId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LogCheckTest {
  private static final PartitionId HERE = new PartitionId("shop.public.items", 0, "c1", "t1");

  private static Optional<ErrorInfo> check(PartitionId holder, long next, long start, long end) {
    return LogCheck.obstacle("public.items", HERE, holder, next, new LogBounds(start, end));
  }

  @Test
  void goesOnWithinTheLog() {
    assertThat(check(HERE, 0, 0, 0)).isEmpty();
    assertThat(check(HERE, 5, 5, 9)).isEmpty();
    assertThat(check(HERE, 9, 5, 9)).isEmpty();
  }

  @Test
  void asksForAResyncWhereOffsetAndLogDoNotMeet() {
    assertThat(check(HERE, 4, 5, 9)).hasValueSatisfying(LogCheckTest::isResync);
    assertThat(check(HERE, 0, 5, 9)).hasValueSatisfying(LogCheckTest::isResync);
    assertThat(check(HERE, 10, 5, 9)).hasValueSatisfying(LogCheckTest::isResync);
    PartitionId otherCluster = new PartitionId("shop.public.items", 0, "c2", "t1");
    assertThat(check(otherCluster, 5, 5, 9))
        .hasValueSatisfying(
            error -> {
              isResync(error);
              assertThat(error.message()).contains("c2").contains("c1");
            });
    PartitionId otherTopic = new PartitionId("shop.public.items", 0, "c1", "t2");
    assertThat(check(otherTopic, 5, 5, 9)).hasValueSatisfying(LogCheckTest::isResync);
  }

  private static void isResync(ErrorInfo error) {
    assertThat(error.code()).isEqualTo(Codes.SINK_RESYNC_REQUIRED);
    assertThat(error.fix()).contains("rapidbyte resync public.items");
  }
}
