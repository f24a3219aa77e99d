package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.snapshotEnd;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of rows when a snapshot begins again, and of a place that is lost. */
interface GenerationContract extends Questions {
  @Test
  default void doesNotTakeUnchangedValuesFromAnOlderGeneration() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "old"))));
    assertThat(items.apply(rows(2, TestBatch.at(ITEMS, 2).update("1", "b", UNCHANGED))))
        .isInstanceOf(Applied.Refused.class);
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 3).snapshot("1", "a", "new"))));
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 4).update("1", "b", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("1|b|new");
  }

  /**
   * What a sink meets that was away while a stream was copied again. A row without a base that a
   * complete one overtakes in its step may be refused or not.
   */
  @Test
  default void refusesNoRowWhoseBaseComesInTheSameGroupBehindARefusedOne() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "old"))));
    Applied applied =
        items.apply(
            rows(
                2,
                TestBatch.at(ITEMS, 2).update("1", "b", UNCHANGED),
                TestBatch.at(ITEMS, 3).snapshot("1", "b", "new")),
            snapshotEnd(ITEMS, 2),
            rows(2, TestBatch.at(ITEMS, 4).update("1", "c", UNCHANGED)));
    if (applied instanceof Applied.Refused(List<RefusedRow> refused)) {
      assertThat(refused).extracting(RefusedRow::row).containsExactly(0);
    } else {
      assertThat(table(ITEMS)).containsExactly("1|c|new");
    }
  }

  @Test
  default void removesRowsOfOlderGenerationsAtASnapshotsEnd() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "").snapshot("2", "b", ""))));
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 2).snapshot("2", "bb", ""))));
    committed(items.apply(snapshotEnd(ITEMS, 2)));
    assertThat(table(ITEMS)).containsExactly("2|bb|");
    assertThat(items.claimAgain().generations().ended()).isEqualTo(2);
  }

  @Test
  default void appendRemovesOnlySnapshotRowsOfAGenerationThatNeverEnded() {
    Harness items = harness(ITEMS, WriteMode.APPEND, 1, 0);
    committed(
        items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "")), snapshotEnd(ITEMS, 1)));
    committed(
        items.apply(
            rows(2, TestBatch.at(ITEMS, 2).snapshot("1", "b", "")),
            rows(2, TestBatch.at(ITEMS, 3).update("1", "c", ""))));
    committed(
        items.apply(rows(3, TestBatch.at(ITEMS, 4).snapshot("1", "d", "")), snapshotEnd(ITEMS, 3)));
    assertThat(read("public", "items", "_rb_generation", "name").stream().map(Questions::joined))
        .containsExactly("1|a", "2|c", "3|d");
  }

  @Test
  default void aClaimOfAnotherLogReturnsTheRowAsItIsAndAppliesNothing() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    PartitionId other = new PartitionId(items.partition().topic(), 0, "cluster", "another-topic");
    Harness foreign = new Harness(items.writer(), other, allocator());
    assertThat(foreign.claim().holder()).isEqualTo(items.partition());
    assertThat(foreign.moveTo(7)).isEqualTo(new Applied.Fenced());
  }

  @Test
  default void aPlaceThatIsLostIsSwappedForTheBeginningOfANewerGeneration() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "x").snapshot("2", "b", "y")),
            snapshotEnd(ITEMS, 1)));
    PartitionId other = new PartitionId(items.partition().topic(), 0, "elsewhere", "another-topic");
    Harness anew = new Harness(items.writer(), other, allocator());
    long earlier = anew.claim().fence();
    assertThat(anew.claim().generations()).isEqualTo(new Claim.Generations(1, 1));
    assertThat(items.writer().reseat(other, earlier - 1, new Seat(5, 2))).isFalse();
    assertThat(anew.claimAgain().holder()).isEqualTo(items.partition());
    assertThat(items.writer().reseat(other, anew.claim().fence(), new Seat(5, 2))).isTrue();
    reopen();
    Harness again = new Harness(upsert(ITEMS).writer(), other, allocator());
    assertThat(again.claim().holder()).isEqualTo(other);
    assertThat(again.claim().nextOffset()).isEqualTo(5);
    assertThat(again.claim().generations()).isEqualTo(new Claim.Generations(2, 1));
    committed(again.apply(rows(2, TestBatch.at(ITEMS, 9).snapshot("2", "bb", "z"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x", "2|bb|z");
    committed(again.apply(snapshotEnd(ITEMS, 2)));
    assertThat(table(ITEMS)).containsExactly("2|bb|z");
  }

  @Test
  default void aNewPlaceSettlesMarksAndLettersThatWaitAndKeepsThoseOnTheirWay() {
    Harness items = upsert(ITEMS);
    DeadLetter waits = new DeadLetter("id-1", "{\"id\":1}", new byte[] {1}, true);
    DeadLetter leaves = new DeadLetter("id-2", "{\"id\":2}", new byte[] {'{', '}'}, false);
    Set<String> marks = Set.of("{\"id\":1}", "{\"id\":2}");
    Undelivered undelivered =
        new Undelivered(List.of(waits, leaves), marks, Set.of(), Set.of(), Set.of());
    committed(items.apply(undelivered, rows(TestBatch.at(ITEMS, 1).insert("3", "a", "x"))));
    assertThat(items.writer().reseat(items.partition(), items.claim().fence(), new Seat(7, 2)))
        .isTrue();
    assertThat(items.claimAgain().dead()).isEmpty();
    assertThat(items.claim().held()).isEmpty();
    assertThat(items.writer().outbox(items.partition(), 9))
        .extracting(DeadLetter::id)
        .containsExactly("id-2");
  }

  @Test
  default void aDroppedTableIsMissedAndCreatedAnewInItsNewPlace() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    reopenAfter(this::dropItems);
    Harness again = upsert(ITEMS);
    assertThatThrownBy(() -> again.apply(rows(TestBatch.at(ITEMS, 2).insert("2", "b", "y"))))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().code()).isEqualTo(Codes.SINK_RESYNC_REQUIRED));
    assertThat(again.claimAgain().nextOffset()).isEqualTo(1);
    assertThat(again.writer().reseat(again.partition(), again.claim().fence(), new Seat(8, 2)))
        .isTrue();
    again.claimAgain();
    committed(again.apply(rows(2, TestBatch.at(ITEMS, 3).snapshot("2", "b", "y"))));
    assertThat(table(ITEMS)).containsExactly("2|b|y");
  }

  @Test
  default void anAppendTableKeepsWhatItHasInANewPlaceButForASnapshotThatNeverEnded() {
    Harness items = harness(ITEMS, WriteMode.APPEND, 1, 0);
    committed(
        items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "")), snapshotEnd(ITEMS, 1)));
    committed(
        items.apply(
            rows(1, TestBatch.at(ITEMS, 2).update("1", "b", "")),
            rows(2, TestBatch.at(ITEMS, 3).snapshot("1", "c", ""))));
    assertThat(items.writer().reseat(items.partition(), items.claim().fence(), new Seat(9, 3)))
        .isTrue();
    items.claimAgain();
    committed(
        items.apply(rows(3, TestBatch.at(ITEMS, 4).snapshot("1", "d", "")), snapshotEnd(ITEMS, 3)));
    assertThat(
            read("public", "items", "_rb_generation", "_rb_op", "name").stream()
                .map(Questions::joined))
        .containsExactly("1|r|a", "1|u|b", "3|r|d");
  }
}
