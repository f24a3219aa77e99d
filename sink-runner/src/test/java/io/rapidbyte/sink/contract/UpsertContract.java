package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.truncate;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an upsert table holds after changes: one row a key, the newest, complete. */
interface UpsertContract extends Questions {
  @Test
  default void appliesInsertsUpdatesAndDeletesOfSeveralGroups() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 1)
                    .insert("1", "a", "x")
                    .insert("2", "b", "y")
                    .insert("3", null, "z"))));
    committed(items.apply(rows(TestBatch.at(ITEMS, 2).update("2", "bb", null).delete("3"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x", "2|bb|null");
  }

  @Test
  default void keepsTheLastChangeOfAKeyWithinAGroup() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 1)
                    .insert("1", "a", "x")
                    .update("1", "b", "x")
                    .insert("2", "q", "q"),
                TestBatch.at(ITEMS, 2).update("1", "c", "x").delete("2").insert("3", "s", "s")),
            rows(TestBatch.at(ITEMS, 3).delete("3").insert("3", "t", "t"))));
    assertThat(table(ITEMS)).containsExactly("1|c|x", "3|t|t");
  }

  @Test
  default void takesUnchangedValuesFromTheTable() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "large").insert("2", "b", null))));
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 2)
                    .update("1", "b", UNCHANGED)
                    .update("1", "c", UNCHANGED)
                    .update("2", "bb", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("1|c|large", "2|bb|null");
  }

  @Test
  default void takesUnchangedValuesFromEarlierRowsOfTheGroup() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 1).insert("1", "a", "large").insert("2", "a", null),
                TestBatch.at(ITEMS, 2).update("1", "b", UNCHANGED).update("2", UNCHANGED, "now"),
                TestBatch.at(ITEMS, 3).update("1", "c", UNCHANGED).update("2", "z", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("1|c|large", "2|z|now");
  }

  @Test
  default void takesUnchangedValuesOfAKeyChangeFromTheOldKeysRow() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(TestBatch.at(ITEMS, 1).insert("1", "a", "large").insert("5", "e", "other"))));
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 2)
                    .keyChange("1", "2", "a", UNCHANGED)
                    .update("2", "b", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("2|b|large", "5|e|other");
  }

  @Test
  default void takesUnchangedValuesOfAKeyChangeOntoADeletedKeyFromTheOldRowNotTheDeletedOne() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(
            rows(TestBatch.at(ITEMS, 1).insert("1", "a", "mine").insert("2", "b", "gone"))));
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 2)
                    .update("2", "bb", "also gone")
                    .delete("2")
                    .keyChange("1", "2", "c", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("2|c|mine");
  }

  @Test
  default void refusesARowWithoutABaseAndCommitsNothing() {
    Harness items = upsert(ITEMS);
    Applied applied =
        items.apply(
            rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x").update("7", "b", UNCHANGED)),
            rows(
                TestBatch.at(ITEMS, 2)
                    .delete("1")
                    .update("1", "b", UNCHANGED)
                    .keyChange("8", "9", "c", UNCHANGED)));
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    List<RefusedRow> refused = ((Applied.Refused) applied).rows();
    assertThat(refused).allMatch(row -> row.error().code().equals(Codes.MISSING_BASE));
    assertThat(refused.stream().map(RefusedRow::row)).contains(1);
    assertThat(refused.stream().map(RefusedRow::row)).isSubsetOf(1, 3, 5);
    assertThat(items.claimAgain().nextOffset()).isZero();
  }

  @Test
  default void truncatesInItsPlaceOfTheLog() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    committed(
        items.apply(
            rows(TestBatch.at(ITEMS, 2).insert("2", "b", "x")),
            truncate(ITEMS, 3),
            rows(TestBatch.at(ITEMS, 4).insert("3", "c", "x"))));
    assertThat(table(ITEMS)).containsExactly("3|c|x");
  }

  @Test
  default void truncatesOnlyItsOwnPartitionsOlderRows() {
    Harness first = harness(ITEMS, WriteMode.UPSERT, 2, 0);
    Harness second = harness(ITEMS, WriteMode.UPSERT, 2, 1);
    committed(first.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    committed(second.apply(rows(TestBatch.at(ITEMS, 1).insert("2", "b", "x"))));
    committed(first.apply(truncate(ITEMS, 2)));
    assertThat(table(ITEMS)).containsExactly("2|b|x");
  }

  @Test
  default void handlesKeysOfSeveralColumns() {
    StreamSchema pairs =
        TestStream.of(
            "public",
            "pairs",
            1,
            List.of("b", "a"),
            TestStream.column("a", TestStream.INT4),
            TestStream.column("b", TestStream.TEXT),
            TestStream.column("v", TestStream.TEXT));
    Harness harness = upsert(pairs);
    committed(
        harness.apply(
            rows(
                TestBatch.at(pairs, 1)
                    .insert("1", "x", "p")
                    .insert("1", "y", "q")
                    .insert("2", "x", "r"))));
    committed(harness.apply(rows(TestBatch.at(pairs, 2).update("1", "y", "qq").delete("x", "2"))));
    assertThat(read("public", "pairs", "a", "b", "v"))
        .containsExactly(List.of("1", "x", "p"), List.of("1", "y", "qq"));
  }
}
