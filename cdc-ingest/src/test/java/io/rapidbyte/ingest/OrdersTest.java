package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.commit.Command;
import io.rapidbyte.ingest.plan.KeyOrder;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.control.ResyncCommand.Everything;
import io.rapidbyte.schemas.control.ResyncCommand.Keys;
import io.rapidbyte.schemas.control.ResyncCommand.Streams;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static final List<List<String>> ROW = List.of(List.of("1"));

  private static Command command(long next, ResyncCommand.Target target) {
    return new Command(next, Optional.of(new ResyncCommand("id", target, Instant.EPOCH)));
  }

  @Test
  void takesStreamsTogetherAndKeysBehindThem() {
    Orders orders =
        Orders.of(
            4,
            List.of(
                command(5, new Streams(List.of("a"))),
                new Command(6, Optional.empty()),
                command(8, new Streams(List.of("b", "a"))),
                command(9, new Keys("a", ROW)),
                command(10, new Keys("b", ROW))));
    assertThat(orders.streams()).containsExactlyInAnyOrder("a", "b");
    assertThat(orders.executed()).isEqualTo(8);
    assertThat(orders.keys())
        .containsExactly(new KeyOrder("a", ROW, 9), new KeyOrder("b", ROW, 10));
    assertThat(orders.covered()).isEqualTo(10);
  }

  @Test
  void leavesWhatComesBehindKeysToTheNextAttempt() {
    Orders orders =
        Orders.of(
            0, List.of(command(1, new Keys("a", ROW)), command(2, new Streams(List.of("a")))));
    assertThat(orders.streams()).isEmpty();
    assertThat(orders.executed()).isZero();
    assertThat(orders.covered()).isEqualTo(1);
  }

  @Test
  void beginningAnewMakesEveryOtherOrderPointless() {
    Orders orders =
        Orders.of(
            0,
            List.of(
                command(1, new Keys("a", ROW)),
                command(2, new Everything(7)),
                command(3, new Streams(List.of("a")))));
    assertThat(orders.anew()).contains(new Everything(7));
    assertThat(orders.executed()).isEqualTo(3);
    assertThat(orders.covered()).isEqualTo(3);
    assertThat(orders.keys()).isEmpty();
  }

  @Test
  void nothingWaitsNothingIsDone() {
    Orders orders = Orders.of(3, List.of());
    assertThat(orders.covered()).isEqualTo(3);
    assertThat(orders.executed()).isEqualTo(3);
  }
}
