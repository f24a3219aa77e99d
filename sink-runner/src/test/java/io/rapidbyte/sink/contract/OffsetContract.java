package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static io.rapidbyte.sink.contract.Harness.truncate;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Data and offset share a transaction; an earlier claim commits nothing. */
interface OffsetContract extends Questions {
  @Test
  default void saysWhatAReaderMayRelyOn() {
    assertThat(destination().guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
  }

  @Test
  default void anOffsetIsWrittenWithItsDataAndReadByTheNextClaim() {
    Harness items = upsert(ITEMS);
    assertThat(items.claim().nextOffset()).isZero();
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    reopen();
    Harness again = upsert(ITEMS);
    assertThat(again.claim().nextOffset()).isEqualTo(1);
    assertThat(again.claim().schemaVersion()).isEqualTo(1);
    assertThat(table(ITEMS)).containsExactly("1|a|x");
  }

  @Test
  default void anOffsetMovesWithoutData() {
    Harness items = upsert(ITEMS);
    committed(items.moveTo(41));
    assertThat(items.claimAgain().nextOffset()).isEqualTo(41);
  }

  @Test
  default void aZombieCommitsNothing() {
    Harness zombie = upsert(ITEMS);
    committed(zombie.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    Harness owner = upsert(ITEMS);
    assertThat(owner.claim().fence()).isGreaterThan(zombie.claim().fence());
    assertThat(owner.claim().nextOffset()).isEqualTo(1);
    assertThat(zombie.apply(rows(TestBatch.at(ITEMS, 2).insert("2", "b", "x"))))
        .isEqualTo(new Applied.Fenced());
    committed(owner.apply(rows(TestBatch.at(ITEMS, 2).insert("3", "c", "x"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x", "3|c|x");
    zombie.claimAgain();
    assertThat(owner.moveTo(9)).isEqualTo(new Applied.Fenced());
  }

  @Test
  default void aFailureLeavesNeitherDataNorOffset() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThat(
            items.apply(
                rows(TestBatch.at(ITEMS, 2).insert("2", "b", "x")),
                truncate(ITEMS, 3),
                rows(TestBatch.at(ITEMS, 4).update("9", "b", UNCHANGED))))
        .isInstanceOf(Applied.Refused.class);
    assertThat(table(ITEMS)).containsExactly("1|a|x");
    assertThat(items.claimAgain().nextOffset()).isEqualTo(1);
  }

  @Test
  default void aRehearsalLeavesNothing() {
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    committed(items.rehearse(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThat(items.rehearse(rows(TestBatch.at(ITEMS, 1).update("1", "a", UNCHANGED))))
        .isInstanceOf(Applied.Refused.class);
    assertThat(table(ITEMS)).isEmpty();
    assertThat(items.claimAgain().nextOffset()).isEqualTo(1);
  }

  @Test
  default void severalStreamsAreWrittenAtTheSameTime() throws Exception {
    int groups = 30;
    List<StreamSchema> streams =
        List.of(
            TestStream.simple("left", "a"),
            TestStream.simple("left", "b"),
            TestStream.simple("right", "c"));
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(streams.size())) {
      List<Future<Integer>> done = new ArrayList<>();
      for (StreamSchema stream : streams) {
        Harness harness = upsert(stream);
        Callable<Integer> work =
            () -> {
              start.await();
              int applied = 0;
              while (applied < groups) {
                applied += applyOrRetry(harness, stream, applied) ? 1 : 0;
              }
              return applied;
            };
        done.add(threads.submit(work));
      }
      start.countDown();
      for (Future<Integer> each : done) {
        assertThat(each.get()).isEqualTo(groups);
      }
    }
    for (StreamSchema stream : streams) {
      assertThat(table(stream)).hasSize(groups);
    }
  }

  /** A conflict between streams is passing, if it happens at all. */
  private static boolean applyOrRetry(Harness harness, StreamSchema stream, int number) {
    try {
      committed(
          harness.apply(
              rows(TestBatch.at(stream, number + 1).insert(Integer.toString(number), "n", "b"))));
      return true;
    } catch (RapidbyteException e) {
      assertThat(e.error().retryable()).as(e.error().line()).isTrue();
      return false;
    }
  }
}
