package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.testkit.batch.TestBatch;
import org.junit.jupiter.api.Test;

/** What an append table holds after changes: every one of them. */
interface AppendContract extends Questions {
  @Test
  default void appendKeepsEveryChange() {
    Harness items = harness(ITEMS, WriteMode.APPEND, 1, 0);
    committed(
        items.apply(
            rows(
                TestBatch.at(ITEMS, 5)
                    .insert("1", "a", "x")
                    .update("1", "b", UNCHANGED)
                    .delete("1"))));
    committed(items.apply(rows(TestBatch.at(ITEMS, 6).insert("1", "c", "z"))));
    assertThat(
            read("public", "items", "_rb_lsn", "_rb_ordinal", "_rb_op", "id", "name", "big")
                .stream()
                .map(Questions::joined))
        .containsExactly("5|0|c|1|a|x", "5|1|u|1|b|null", "5|2|d|1|null|null", "6|0|c|1|c|z");
  }
}
