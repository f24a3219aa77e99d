package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.testkit.batch.TestBatch;
import org.junit.jupiter.api.Test;

/** Bookkeeping that somebody damaged is noticed when it is opened or claimed, not gone on with. */
interface BooksContract extends Questions {
  private Harness applied() {
    Harness items = upsert(ITEMS);
    committed(items.apply(Harness.rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    return items;
  }

  @Test
  default void aNewerLayoutIsLeftAlone() {
    applied();
    assertThatThrownBy(() -> reopenAfter(() -> damage("UPDATE _rapidbyte.layout SET version = 99")))
        .hasMessageContaining("layout 99")
        .hasMessageContaining("no newer one");
  }

  @Test
  default void aPlaceThatCannotBeIsLost() {
    applied();
    reopenAfter(() -> damage("UPDATE _rapidbyte.checkpoint SET next_offset = -7"));
    assertThat(upsert(ITEMS).claim().nextOffset()).isEqualTo(Claim.LOST);
  }

  @Test
  default void aCheckpointThatIsGoneIsNoBeginning() {
    applied();
    reopenAfter(() -> damage("DROP TABLE _rapidbyte.checkpoint"));
    assertThat(upsert(ITEMS).claim().nextOffset()).isEqualTo(Claim.LOST);
    reopenAfter(() -> damage("DELETE FROM _rapidbyte.checkpoint"));
    assertThat(upsert(ITEMS).claim().nextOffset()).isEqualTo(Claim.LOST);
  }

  @Test
  default void whereMarksOrLettersAreGoneNobodyKnowsWhatIsStale() {
    for (String table : new String[] {"dead", "outbox"}) {
      applied();
      reopenAfter(() -> damage("DROP TABLE _rapidbyte." + table));
      assertThat(upsert(ITEMS).claim().nextOffset()).isEqualTo(Claim.LOST);
      reopenAfter(
          () -> {
            dropItems();
            damage("DELETE FROM _rapidbyte.owner");
            damage("DELETE FROM _rapidbyte.checkpoint");
          });
    }
  }

  @Test
  default void ofAnotherTableItIsAsBefore() {
    applied();
    reopenAfter(() -> damage("DROP TABLE _rapidbyte.owner"));
    assertThat(upsert(ITEMS).claim().nextOffset()).isEqualTo(1);
  }
}
