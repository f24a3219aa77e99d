package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.sink.host.DeliveryFixture;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rows that are not delivered: refused, marked, held back, sent. */
interface OutboxContract extends Questions {
  @Test
  default void aRefusedValueIsADataErrorThatARehearsalFinds() {
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    reopenAfter(this::refuseBadNames);
    Harness again = upsert(ITEMS);
    TestBatch both = TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "bad", "x");
    try {
      // Who knows the row names it.
      assertThat(again.apply(rows(both)))
          .isInstanceOfSatisfying(
              Applied.Refused.class,
              refused -> {
                assertThat(refused.rows()).extracting(RefusedRow::row).containsExactly(1);
                assertThat(refused.rows().getFirst().error().category()).isEqualTo(Category.DATA);
              });
    } catch (RapidbyteException e) {
      assertThat(e.error().category()).isEqualTo(Category.DATA);
    }
    assertThatThrownBy(() -> again.rehearse(rows(both))).isInstanceOf(RapidbyteException.class);
    committed(again.rehearse(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThatThrownBy(() -> again.rehearse(rows(TestBatch.at(ITEMS, 1).insert("2", "bad", "x"))))
        .isInstanceOf(RapidbyteException.class);
    committed(again.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x");
  }

  @Test
  default void lettersAndMarksShareTheTransaction() {
    Harness items = upsert(ITEMS);
    DeadLetter letter = new DeadLetter("id-1", "{\"id\":2}", new byte[] {1, 0, 2}, false);
    DeadLetter held = new DeadLetter("id-2", "{\"id\":3}", new byte[] {3}, true);
    DeadLetter other = new DeadLetter("id-3", "{\"id\":4}", new byte[] {4}, true);
    Undelivered undelivered =
        new Undelivered(
            List.of(letter, held, other),
            Set.of("{\"id\":2}", "{\"id\":3}"),
            Set.of(),
            Set.of(),
            Set.of());
    committed(items.apply(undelivered, rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    reopen();
    Harness again = upsert(ITEMS);
    assertThat(again.claim().dead()).containsExactlyInAnyOrder("{\"id\":2}", "{\"id\":3}");
    assertThat(again.claim().held()).isEqualTo(Map.of("id-2", "{\"id\":3}", "id-3", "{\"id\":4}"));
    List<DeadLetter> outbox = again.writer().outbox(again.partition(), 10);
    assertThat(outbox).extracting(DeadLetter::id).containsExactly("id-1");
    assertThat(outbox.getFirst().document()).containsExactly(1, 0, 2);
    again.writer().sent(again.partition(), List.of("id-1", "not there"));
    assertThat(again.writer().outbox(again.partition(), 10)).isEmpty();
    Undelivered later =
        new Undelivered(
            List.of(letter),
            Set.of("{\"id\":2}"),
            Set.of("{\"id\":3}"),
            Set.of("id-2"),
            Set.of("id-3"));
    committed(again.apply(later));
    assertThat(again.writer().outbox(again.partition(), 10))
        .extracting(DeadLetter::id)
        .containsExactlyInAnyOrder("id-1", "id-2");
    assertThat(again.claimAgain().dead()).containsExactly("{\"id\":2}");
    assertThat(again.claim().held()).isEmpty();
  }

  private DeliveryFixture copied(OnDataError policy) {
    return new DeliveryFixture(destination(), ITEMS, policy, allocator(), 1);
  }

  private static TestBatch incomplete(long lsn, String id) {
    return TestBatch.at(ITEMS, lsn).update(id, "late", UNCHANGED);
  }

  @Test
  default void rowsWithoutABaseWaitForTheEndOfTheirSnapshot() {
    try (DeliveryFixture items = copied(OnDataError.DLQ)) {
      for (int id = 1; id <= 4; id++) {
        assertThat(items.apply(RecordKind.CHANGE, 1, incomplete(id, Integer.toString(id))))
            .isZero();
      }
      assertThat(items.waiting()).isEqualTo(4);
      assertThat(items.letters()).isEmpty();
      items.apply(RecordKind.SNAPSHOT, 1, TestBatch.at(ITEMS, 6).snapshot("1", "late", "whole"));
      items.apply(RecordKind.CHANGE, 1, TestBatch.at(ITEMS, 7).delete("2"));
      items.apply(RecordKind.CHANGE, 1, TestBatch.at(ITEMS, 8).update("3", "newer", "whole"));
      assertThat(items.waiting()).isEqualTo(4);
      assertThat(items.apply(RecordKind.SNAPSHOT_END, 1, TestBatch.at(ITEMS, 9))).isEqualTo(1);
      assertThat(items.letters()).containsExactly("{\"id\":4}");
      assertThat(items.waiting()).isZero();
      assertThat(items.apply(RecordKind.CHANGE, 1, incomplete(10, "5"))).isEqualTo(1);
    }
    assertThat(table(ITEMS)).containsExactly("1|late|whole", "3|newer|whole");
  }

  @Test
  default void aRowThatWaitsOutlivesItsProcessAndTheTruncateOfItsTable() {
    try (DeliveryFixture items = copied(OnDataError.DLQ)) {
      items.apply(RecordKind.CHANGE, 1, incomplete(1, "1"));
    }
    reopen();
    try (DeliveryFixture items = copied(OnDataError.DLQ)) {
      assertThat(items.waiting()).isEqualTo(1);
      items.apply(RecordKind.TRUNCATE, 1, TestBatch.at(ITEMS, 2));
      items.apply(RecordKind.CHANGE, 1, incomplete(3, "2"));
      assertThat(items.apply(RecordKind.SNAPSHOT_END, 1, TestBatch.at(ITEMS, 4))).isEqualTo(1);
      assertThat(items.letters()).containsExactly("{\"id\":2}");
    }
  }

  @Test
  default void aRowThatWaitsFailsItsStreamOnlyWhenTheSnapshotEndsWithoutIt() {
    try (DeliveryFixture items = copied(OnDataError.FAIL)) {
      items.apply(RecordKind.CHANGE, 1, incomplete(1, "1"));
      items.apply(RecordKind.CHANGE, 1, incomplete(2, "2"));
      items.apply(RecordKind.SNAPSHOT, 1, TestBatch.at(ITEMS, 3).snapshot("1", "late", "whole"));
      assertThatThrownBy(() -> items.apply(RecordKind.SNAPSHOT_END, 1, TestBatch.at(ITEMS, 4)))
          .isInstanceOfSatisfying(
              RapidbyteException.class,
              e -> assertThat(e.error().code()).isEqualTo(Codes.MISSING_BASE));
    }
    try (DeliveryFixture items = copied(OnDataError.SKIP)) {
      assertThat(items.apply(RecordKind.SNAPSHOT_END, 1, TestBatch.at(ITEMS, 4))).isEqualTo(1);
      assertThat(items.waiting()).isZero();
      assertThat(items.letters()).isEmpty();
    }
    assertThat(table(ITEMS)).containsExactly("1|late|whole");
  }
}
