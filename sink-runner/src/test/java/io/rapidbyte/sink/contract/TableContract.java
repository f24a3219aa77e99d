package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static io.rapidbyte.sink.contract.Questions.ITEMS;
import static io.rapidbyte.sink.contract.Questions.committed;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How tables come to be and change: types, names, columns, whose they are. */
interface TableContract extends Questions {
  @Test
  default void createsTablesAndAddsColumns() {
    StreamSchema wider =
        TestStream.of(
            "public",
            "items",
            2,
            List.of("id"),
            TestStream.column("id", TestStream.INT8),
            TestStream.column("name", TestStream.TEXT),
            TestStream.column("big", TestStream.TEXT),
            TestStream.column("extra", TestStream.INT4));
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    assertThat(table(ITEMS)).isEmpty();
    committed(
        items.apply(
            rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x")),
            schema(wider),
            rows(TestBatch.at(wider, 2).insert("2", "b", "y", "5"))));
    assertThat(read("public", "items", "id", "name", "big", "extra"))
        .containsExactly(Arrays.asList("1", "a", "x", null), List.of("2", "b", "y", "5"));
  }

  @Test
  default void keepsAColumnThatTheSourceDropped() {
    StreamSchema narrower =
        TestStream.of(
            "public",
            "items",
            2,
            List.of("id"),
            TestStream.column("id", TestStream.INT8),
            TestStream.column("big", TestStream.TEXT));
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    committed(items.apply(schema(narrower), rows(TestBatch.at(narrower, 2).insert("2", "y"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x", "2|null|y");
  }

  @Test
  default void failsAChangedTypeWithWhatMendsIt() {
    StreamSchema changed =
        TestStream.of(
            "public",
            "items",
            2,
            List.of("id"),
            TestStream.column("id", TestStream.TEXT),
            TestStream.column("name", TestStream.TEXT),
            TestStream.column("big", TestStream.TEXT));
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    assertThatThrownBy(() -> items.apply(schema(changed)))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> {
              assertThat(e.error().category()).isEqualTo(Category.SCHEMA);
              assertThat(e.error().retryable()).isFalse();
              assertThat(e.error().fix()).contains("ALTER TABLE");
            });
  }

  @Test
  default void leavesATableAloneThatIsNotItsOwn() {
    execute("CREATE SCHEMA IF NOT EXISTS other");
    execute("CREATE TABLE other.items (id bigint, name varchar(10), big varchar(10))");
    StreamSchema stream = TestStream.simple("other", "items");
    Harness items = upsert(stream);
    assertThatThrownBy(() -> items.apply(rows(TestBatch.at(stream, 1).insert("1", "a", "x"))))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().category()).isEqualTo(Category.SCHEMA));
  }

  @Test
  default void quotesEveryName() {
    StreamSchema odd =
        TestStream.of(
            "sel\"ect",
            "from; DROP TABLE x;--'",
            1,
            List.of("the \"key\""),
            TestStream.column("the \"key\"", TestStream.INT8),
            TestStream.column("O'Brien ü", TestStream.TEXT),
            TestStream.column("GROUP", TestStream.TEXT));
    Harness items = upsert(odd);
    committed(items.apply(rows(TestBatch.at(odd, 1).insert("1", "a", "x").insert("2", "b", "y"))));
    committed(
        items.apply(
            rows(
                TestBatch.at(odd, 2)
                    .update("1", "c", UNCHANGED)
                    .keyChange("2", "3", UNCHANGED, "z"))));
    assertThat(read("sel\"ect", "from; DROP TABLE x;--'", "the \"key\"", "O'Brien ü", "GROUP"))
        .containsExactly(List.of("1", "c", "x"), List.of("3", "b", "z"));
  }

  @Test
  default void everyTypePassesThrough() {
    List<TypeRoundTrip> cases = typeRoundTrips();
    List<io.rapidbyte.schemas.stream.Column> columns = new ArrayList<>();
    columns.add(TestStream.column("id", TestStream.INT8));
    for (int i = 0; i < cases.size(); i++) {
      columns.add(TestStream.column("t" + i, cases.get(i).type()));
    }
    StreamSchema types =
        TestStream.of(
            "public",
            "types",
            1,
            List.of("id"),
            columns.toArray(io.rapidbyte.schemas.stream.Column[]::new));
    @Nullable String[] full = new String[columns.size()];
    @Nullable String[] empty = new String[columns.size()];
    full[0] = "1";
    empty[0] = "2";
    String[] names = new String[cases.size()];
    for (int i = 0; i < cases.size(); i++) {
      full[i + 1] = cases.get(i).value();
      names[i] = "t" + i;
    }
    Harness harness = upsert(types);
    committed(harness.apply(rows(TestBatch.at(types, 1).insert(full).insert(empty))));
    List<List<@Nullable String>> found = read("public", "types", names);
    assertThat(found).hasSize(2);
    List<@Nullable String> values =
        found.stream().filter(row -> row.getFirst() != null).findFirst().orElseThrow();
    for (int i = 0; i < cases.size(); i++) {
      assertThat(values.get(i)).as(cases.get(i).type().name()).isEqualTo(cases.get(i).read());
    }
    assertThat(found.stream().filter(row -> row.getFirst() == null).findFirst().orElseThrow())
        .containsOnlyNulls();
  }

  @Test
  default void refusesUpsertWithoutAKeyAndModesItDoesNotKnow() {
    StreamSchema keyless =
        TestStream.of("public", "log", 1, List.of(), TestStream.column("line", TestStream.TEXT));
    Harness log = upsert(keyless);
    assertThatThrownBy(() -> log.apply(rows(TestBatch.at(keyless, 1).insert("a"))))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().category()).isEqualTo(Category.CONFIG));
    assertThatThrownBy(() -> harness(ITEMS, WriteMode.HISTORY, 1, 0))
        .isInstanceOf(RapidbyteException.class);
  }
}
