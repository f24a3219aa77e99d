package io.rapidbyte.processor.rows;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowRulesTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final StreamSchema FULL =
      new StreamSchema(
          ITEMS.table(), ITEMS.version(), ITEMS.columns(), ITEMS.key(), ReplicaIdentity.FULL);

  private static TestBatch batch() {
    return TestBatch.at(ITEMS, 5);
  }

  @Test
  void rowsKeepTheirPositions() {
    Chained done =
        Chained.of(
            batch().insert("1", "a", "x").insert("2", "b", "y").insert("3", "a", "z"),
            "- { filter: \"name = 'a'\", drops: change }");

    assertThat(done.lines())
        .containsExactly(
            "c/0 {\"id\":1,\"name\":\"a\",\"big\":\"x\"}",
            "c/2 {\"id\":3,\"name\":\"a\",\"big\":\"z\"}");
    assertThat(done.refused()).isEmpty();
  }

  @Test
  void aDroppedRowBecomesTheDeleteItOwes() {
    Chained done =
        Chained.of(
            batch().insert("1", "a", "x").update("2", "b", "y").delete("3"),
            "- { filter: \"name = 'a'\" }");

    assertThat(done.lines())
        .containsExactly(
            "c/0 {\"id\":1,\"name\":\"a\",\"big\":\"x\"}", "d/1 {\"id\":2}", "d/2 {\"id\":3}");
  }

  @Test
  void deletesAlwaysPass() {
    Chained done =
        Chained.of(
            batch().delete("1"), "- { filter: \"false\", drops: change }\n- { project: [id] }");

    assertThat(done.lines()).containsExactly("d/0 {\"id\":1}");
  }

  @Test
  void aSnapshotsDroppedRowOwesADeleteOnlyWhereNothingElseRemovesIt() {
    TestBatch rows = batch().snapshot("1", "b", "x").snapshot("2", "a", "y");
    List<Transform> filter = Chained.transforms(rows, "- { filter: \"name = 'a'\" }");

    assertThat(Chained.of(rows, filter, false, StaleKeys.inMemory()).lines())
        .containsExactly("r/1 {\"id\":2,\"name\":\"a\",\"big\":\"y\"}");
    assertThat(Chained.of(rows, filter, true, StaleKeys.inMemory()).lines())
        .containsExactly("d/0 {\"id\":1}", "r/1 {\"id\":2,\"name\":\"a\",\"big\":\"y\"}");
  }

  @Test
  void unchangedValuesStayMarkedThroughProjectRenameAndMask() {
    Chained done =
        Chained.of(
            batch().update("1", "a", UNCHANGED),
            """
            - { project: [big, id] }
            - { rename: { big: large } }
            - { mask: { columns: { large: hash } } }
            """);

    assertThat(done.lines()).containsExactly("u/0 {\"id\":1} ~large");
  }

  @Test
  void whatIsComputedFromUnchangedAndPresentValuesIsMissingItsBase() {
    Chained done =
        Chained.of(
            batch()
                .update("1", "a", UNCHANGED)
                .update("2", "a", "a")
                .update("3", UNCHANGED, UNCHANGED),
            "- { add: { same: \"name = big\" } }");

    assertThat(done.refused()).containsExactly(java.util.Map.entry(0, "data/missing-base"));
    assertThat(done.lines())
        .containsExactly(
            "u/1 {\"id\":2,\"name\":\"a\",\"big\":\"a\",\"same\":true}",
            "u/2 {\"id\":3} ~name ~big ~same");
  }

  @Test
  void whatIsMadeOfUnchangedValuesIsUnchangedWhateverNullWouldGive() {
    Chained done =
        Chained.of(batch().update("1", "a", UNCHANGED), "- { add: { absent: \"big IS NULL\" } }");

    assertThat(done.lines()).containsExactly("u/0 {\"id\":1,\"name\":\"a\"} ~big ~absent");
  }

  @Test
  void aFilterDecidesNothingByAValueThatIsNotThere() {
    Chained done = Chained.of(batch().update("1", "a", UNCHANGED), "- { filter: \"big <> 'x'\" }");

    assertThat(done.refused()).containsEntry(0, "data/missing-base");
    assertThat(done.lines()).isEmpty();
  }

  @Test
  void oldRowsGoThroughTheTransformsToo() {
    Chained done =
        Chained.of(
            TestBatch.at(FULL, 5)
                .update(old("1", "secret", "x"), "1", "b", "y")
                .keyChange("2", "3", "c", "z"),
            """
            - { mask: { columns: { name: redact } } }
            - { rename: { id: key } }
            - { filter: "key <> 1" }
            """);

    assertThat(done.lines())
        .containsExactly(
            "d/0 {\"key\":1}",
            "d/1 {\"key\":2}",
            "c/2 {\"key\":3,\"name\":\"***\",\"big\":\"z\"} <{\"key\":2}");
  }

  @Test
  void anOldRowThatCannotBeWorkedOnHoldsUpNothing() {
    Chained done =
        Chained.of(
            TestBatch.at(FULL, 5).update(old("1", "not a number", "x"), "1", "12", "y"),
            "- { cast: { name: integer } }");

    assertThat(done.refused()).isEmpty();
    assertThat(done.lines())
        .containsExactly("u/0 {\"id\":1,\"name\":12,\"big\":\"y\"} <{\"id\":1}");
  }

  @Test
  void aKeyThatIsNotOneToOneIsNoKey() {
    TestBatch rows = batch().insert("1", "a", "x");

    assertThat(Chained.of(rows, "- { mask: { columns: { id: hash } } }").output().key())
        .containsExactly("id");
    assertThat(Chained.of(rows, "- { rename: { id: key } }").output().key()).containsExactly("key");
    assertThat(Chained.of(rows, "- { mask: { columns: { id: redact } } }").output().key())
        .isEmpty();
    assertThat(Chained.of(rows, "- { project: { drop: [id] } }").output().key()).isEmpty();
    assertThat(Chained.of(rows, "- { cast: { id: double } }").output().key()).isEmpty();
  }

  @Test
  void aRowThatBecomesSeveralIsNumbered() {
    TestBatch rows = batch().insert("1", "a", "x").insert("2", "b", "y").delete("3");

    Chained done = Chained.of(rows, List.of(new Emitter("twice")), false, StaleKeys.inMemory());

    assertThat(done.lines())
        .containsExactly(
            "c/0 {\"id\":1,\"name\":\"a\",\"big\":\"x\"} #0",
            "c/0 {\"id\":1,\"name\":\"a\",\"big\":\"x\"} #1",
            "c/1 {\"id\":2,\"name\":\"b\",\"big\":\"y\"} #0",
            "c/1 {\"id\":2,\"name\":\"b\",\"big\":\"y\"} #1",
            "d/2 {\"id\":3} #0",
            "d/2 {\"id\":3} #1");
  }

  @Test
  void aChangedKeyIsRefused() {
    TestBatch rows = batch().insert("1", "a", "x").insert("2", "b", "y");

    Chained done =
        Chained.of(rows, List.of(new Emitter("change-key-of-2")), false, StaleKeys.inMemory());

    assertThat(done.refused()).containsExactly(java.util.Map.entry(1, "data/changed-key"));
    assertThat(done.lines()).containsExactly("c/0 {\"id\":1,\"name\":\"a\",\"big\":\"x\"} #0");
  }

  @Test
  void poisonRowsAreFoundByHalvingAndTheRestPasses() {
    TestBatch rows = batch();
    for (int id = 0; id < 20; id++) {
      rows.insert(Integer.toString(id), id % 7 == 3 ? "poison" : "a", "x");
    }

    Chained done = Chained.of(rows, List.of(new Emitter("trap")), false, StaleKeys.inMemory());

    assertThat(done.refused().keySet()).containsExactly(3, 10, 17);
    assertThat(done.lines()).hasSize(17);
  }

  @Test
  void rowsOnARouteOfTheirOwnLeaveTheChainAndTheMainRouteLosesThem() {
    TestBatch rows = batch().insert("1", "a", "x").insert("2", "away", "y");
    List<Transform> chain = new java.util.ArrayList<>(List.of(new Emitter("route")));
    chain.addAll(Chained.transforms(rows, "- { project: [id] }"));

    Chained done = Chained.of(rows, chain, false, StaleKeys.inMemory());

    assertThat(done.lines()).containsExactly("c/0 {\"id\":1} #0", "d/1 {\"id\":2} #0");
    assertThat(done.routes().get("aside"))
        .containsExactly("c/1 {\"id\":2,\"name\":\"away\",\"big\":\"y\"} #1");
  }

  @Test
  void aTransformThatMakesItsOwnKeysIsAskedForTheDeletesThatItOwes() {
    TestBatch rows = batch().insert("1", "a", "x").insert("2", "gone", "y");

    Chained done =
        Chained.of(rows, List.of(new Emitter("negate-and-drop-gone")), false, StaleKeys.inMemory());

    assertThat(done.lines())
        .containsExactly("c/0 {\"id\":-1,\"name\":\"a\",\"big\":\"x\"} #0", "d/1 {\"id\":-2} #0");
  }

  @Test
  void aChangeWithoutItsBaseFollowsTheOneThatWasRefused() {
    StaleKeys stale = StaleKeys.inMemory();
    TestBatch first = batch().update("1", "poison", "x").update("2", "a", "y");
    TestBatch second =
        batch()
            .update("1", "a", UNCHANGED)
            .update("2", "a", UNCHANGED)
            .update("1", "a", "complete")
            .update("1", "a", UNCHANGED);

    List<Transform> trap = List.of(new Emitter("trap"));
    assertThat(Chained.of(first, trap, false, stale).refused().keySet()).containsExactly(0);
    Chained done = Chained.of(second, trap, false, stale);

    assertThat(done.refused()).containsExactly(java.util.Map.entry(0, "data/missing-base"));
    assertThat(done.lines()).hasSize(3);
    assertThat(stale.isEmpty()).isTrue();
  }

  private static @Nullable String[] old(@Nullable String... values) {
    return values;
  }
}
