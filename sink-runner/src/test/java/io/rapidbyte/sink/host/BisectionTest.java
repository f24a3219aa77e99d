package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.testkit.Seeds;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BisectionTest {
  private static final ErrorInfo REFUSED =
      ErrorInfo.permanent(Category.DATA, Scope.BATCH, "test/refused", "refused", "");

  private static Optional<ErrorInfo> refusal(boolean refused) {
    return refused ? Optional.of(REFUSED) : Optional.empty();
  }

  @Test
  void findsExactlyTheRowsThatAreRefusedForThemselves() {
    Seeds.forAll(
        200,
        random -> {
          int rows = 1 + random.nextInt(400);
          Set<Integer> bad =
              IntStream.range(0, random.nextInt(6))
                  .mapToObj(i -> random.nextInt(rows))
                  .collect(Collectors.toCollection(TreeSet::new));
          Bisection bisection =
              new Bisection(
                  (from, to, without) ->
                      refusal(
                          bad.stream().anyMatch(r -> r >= from && r < to && !without.contains(r))));
          assertThat(bisection.refused(rows, Set.of()).keySet()).isEqualTo(bad);
        });
  }

  @Test
  void findsTheFirstRowThatIsRefusedForWhatIsBeforeIt() {
    // The second of a pair is refused, as by a unique index.
    Bisection bisection =
        new Bisection(
            (from, to, without) -> refusal(from <= 10 && to > 70 && !without.contains(70)));
    assertThat(bisection.refused(100, Set.of()).keySet()).containsExactly(70);
    assertThat(bisection.refused(100, Set.of(70))).isEmpty();
  }

  @Test
  void triesFewTimesForOneRowOfMany() {
    AtomicInteger trials = new AtomicInteger();
    Bisection bisection =
        new Bisection(
            (from, to, without) -> {
              trials.incrementAndGet();
              return refusal(from <= 77_777 && to > 77_777);
            });
    assertThat(bisection.refused(100_000, Set.of()).keySet()).containsExactly(77_777);
    assertThat(trials.get()).isLessThan(40);
  }
}
