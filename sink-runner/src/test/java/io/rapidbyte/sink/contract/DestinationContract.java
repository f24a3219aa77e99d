package io.rapidbyte.sink.contract;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static io.rapidbyte.sink.contract.Harness.snapshotEnd;
import static io.rapidbyte.sink.contract.Harness.truncate;
import static io.rapidbyte.sink.contract.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every destination is asked. A subclass says how one is opened and read. */
public abstract class DestinationContract {
  /** One allocator a test; what is left in it fails the test. */
  protected BufferAllocator allocator = new RootAllocator();

  private @Nullable Destination destination;
  private final List<StreamWriter> writers = new ArrayList<>();

  /** A destination over the same place each time within a test, opened; empty in the first call. */
  protected abstract Destination open();

  /** All rows of a table as text, null for NULL, ordered by all columns. */
  protected abstract List<List<@Nullable String>> read(
      String schema, String table, String... columns);

  /** Runs SQL of the destination's own dialect beside the pipeline. */
  protected abstract void execute(String sql);

  /** Types that must pass through. */
  protected abstract List<TypeRoundTrip> typeRoundTrips();

  /** A type, a value in Postgres's text form, and the text that {@link #read} gives for it. */
  public record TypeRoundTrip(io.rapidbyte.schemas.type.PgType type, String value, String read) {}

  @BeforeEach
  void openDestination() {
    destination = open();
  }

  @AfterEach
  void closeDestination() {
    closeAll();
    allocator.close();
  }

  private void closeAll() {
    writers.forEach(StreamWriter::close);
    writers.clear();
    if (destination != null) {
      destination.close();
      destination = null;
    }
  }

  /** The destination under test. */
  protected Destination destination() {
    if (destination == null) {
      throw new IllegalStateException("closed");
    }
    return destination;
  }

  /** Closes and opens again. */
  protected void reopen() {
    closeAll();
    destination = open();
  }

  /** A writer of a stream with one partition, claimed. */
  protected Harness upsert(StreamSchema stream) {
    return harness(stream, WriteMode.UPSERT, 1, 0);
  }

  protected Harness harness(StreamSchema stream, WriteMode mode, int partitions, int partition) {
    StreamWriter writer = destination().writer(new StreamTarget(stream.table(), mode, partitions));
    writers.add(writer);
    return new Harness(writer, partition(stream, partition), allocator);
  }

  private static PartitionId partition(StreamSchema stream, int partition) {
    return new PartitionId("shop." + stream.stream(), partition, "cluster", "topic-id");
  }

  private List<String> table(StreamSchema stream) {
    return read(stream.table().schema(), stream.table().table(), "id", "name", "big").stream()
        .map(DestinationContract::joined)
        .toList();
  }

  private static String joined(List<@Nullable String> row) {
    return String.join("|", row.stream().map(String::valueOf).toList());
  }

  private static void committed(Applied applied) {
    assertThat(applied).isEqualTo(new Applied.Committed());
  }

  private static final StreamSchema ITEMS = TestStream.simple("public", "items");

  @Test
  void saysWhatAReaderMayRelyOn() {
    assertThat(destination().guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
  }

  @Test
  void appliesInsertsUpdatesAndDeletesOfSeveralGroups() {
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
  void keepsTheLastChangeOfAKeyWithinAGroup() {
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
  void takesUnchangedValuesFromTheTable() {
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
  void takesUnchangedValuesFromEarlierRowsOfTheGroup() {
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
  void takesUnchangedValuesOfAKeyChangeFromTheOldKeysRow() {
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
  void takesUnchangedValuesOfAKeyChangeOntoADeletedKeyFromTheOldRowNotTheDeletedOne() {
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
  void refusesARowWithoutABaseAndCommitsNothing() {
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
  void doesNotTakeUnchangedValuesFromAnOlderGeneration() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "old"))));
    assertThat(items.apply(rows(2, TestBatch.at(ITEMS, 2).update("1", "b", UNCHANGED))))
        .isInstanceOf(Applied.Refused.class);
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 3).snapshot("1", "a", "new"))));
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 4).update("1", "b", UNCHANGED))));
    assertThat(table(ITEMS)).containsExactly("1|b|new");
  }

  @Test
  void removesRowsOfOlderGenerationsAtASnapshotsEnd() {
    Harness items = upsert(ITEMS);
    committed(
        items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "").snapshot("2", "b", ""))));
    committed(items.apply(rows(2, TestBatch.at(ITEMS, 2).snapshot("2", "bb", ""))));
    committed(items.apply(snapshotEnd(ITEMS, 2)));
    assertThat(table(ITEMS)).containsExactly("2|bb|");
    assertThat(items.claimAgain().endedGeneration()).isEqualTo(2);
  }

  @Test
  void truncatesInItsPlaceOfTheLog() {
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
  void truncatesOnlyItsOwnPartitionsOlderRows() {
    Harness first = harness(ITEMS, WriteMode.UPSERT, 2, 0);
    Harness second = harness(ITEMS, WriteMode.UPSERT, 2, 1);
    committed(first.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    committed(second.apply(rows(TestBatch.at(ITEMS, 1).insert("2", "b", "x"))));
    committed(first.apply(truncate(ITEMS, 2)));
    assertThat(table(ITEMS)).containsExactly("2|b|x");
  }

  @Test
  void createsTablesAndAddsColumns() {
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
  void keepsAColumnThatTheSourceDropped() {
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
  void failsAChangedTypeWithWhatMendsIt() {
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
  void leavesATableAloneThatIsNotItsOwn() {
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
  void quotesEveryName() {
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
  void handlesKeysOfSeveralColumns() {
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

  @Test
  void everyTypePassesThrough() {
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
  void anOffsetIsWrittenWithItsDataAndReadByTheNextClaim() {
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
  void anOffsetMovesWithoutData() {
    Harness items = upsert(ITEMS);
    committed(items.moveTo(41));
    assertThat(items.claimAgain().nextOffset()).isEqualTo(41);
  }

  @Test
  void aZombieCommitsNothing() {
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
  void aClaimOfAnotherLogReturnsTheRowAsItIsAndAppliesNothing() {
    Harness items = upsert(ITEMS);
    committed(items.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    PartitionId other = new PartitionId(items.partition().topic(), 0, "cluster", "another-topic");
    Harness foreign = new Harness(items.writer(), other, allocator);
    assertThat(foreign.claim().holder()).isEqualTo(items.partition());
    assertThat(foreign.moveTo(7)).isEqualTo(new Applied.Fenced());
    items.writer().reset(other, 5);
    assertThat(foreign.claimAgain().holder()).isEqualTo(other);
    assertThat(foreign.claim().nextOffset()).isEqualTo(5);
  }

  @Test
  void aFailureLeavesNeitherDataNorOffset() {
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
  void aRehearsalLeavesNothing() {
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    committed(items.rehearse(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThat(items.rehearse(rows(TestBatch.at(ITEMS, 1).update("1", "a", UNCHANGED))))
        .isInstanceOf(Applied.Refused.class);
    assertThat(table(ITEMS)).isEmpty();
    assertThat(items.claimAgain().nextOffset()).isEqualTo(1);
  }

  /** Makes the destination refuse rows of {@code items} whose name is {@code bad}. */
  protected abstract void refuseBadNames();

  @Test
  void aRefusedValueIsADataErrorThatARehearsalFinds() {
    Harness items = upsert(ITEMS);
    committed(items.apply(schema(ITEMS)));
    closeAll();
    refuseBadNames();
    destination = open();
    Harness again = upsert(ITEMS);
    assertThatThrownBy(
            () ->
                again.apply(
                    rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "bad", "x"))))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().category()).isEqualTo(Category.DATA));
    committed(again.rehearse(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThatThrownBy(() -> again.rehearse(rows(TestBatch.at(ITEMS, 1).insert("2", "bad", "x"))))
        .isInstanceOf(RapidbyteException.class);
    committed(again.apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    assertThat(table(ITEMS)).containsExactly("1|a|x");
  }

  @Test
  void lettersAndMarksShareTheTransaction() {
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

  @Test
  void appendKeepsEveryChange() {
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
                .map(DestinationContract::joined))
        .containsExactly("5|0|c|1|a|x", "5|1|u|1|b|null", "5|2|d|1|null|null", "6|0|c|1|c|z");
  }

  @Test
  void appendRemovesOnlySnapshotRowsOfAGenerationThatNeverEnded() {
    Harness items = harness(ITEMS, WriteMode.APPEND, 1, 0);
    committed(
        items.apply(rows(1, TestBatch.at(ITEMS, 1).snapshot("1", "a", "")), snapshotEnd(ITEMS, 1)));
    committed(
        items.apply(
            rows(2, TestBatch.at(ITEMS, 2).snapshot("1", "b", "")),
            rows(2, TestBatch.at(ITEMS, 3).update("1", "c", ""))));
    committed(
        items.apply(rows(3, TestBatch.at(ITEMS, 4).snapshot("1", "d", "")), snapshotEnd(ITEMS, 3)));
    assertThat(
            read("public", "items", "_rb_generation", "name").stream()
                .map(DestinationContract::joined))
        .containsExactly("1|a", "2|c", "3|d");
  }

  @Test
  void refusesUpsertWithoutAKeyAndModesItDoesNotKnow() {
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

  @Test
  void severalStreamsAreWrittenAtTheSameTime() throws Exception {
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
