package io.rapidbyte.sink.postgres;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static io.rapidbyte.sink.contract.Harness.truncate;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What users do to tables that are written, and what becomes of the stream. */
final class UserTableTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final String ALL = "SELECT string_agg(id || name, ',' ORDER BY id) FROM items";

  private final TargetDatabase database = TargetDatabase.create();

  @AfterEach
  void drop() {
    database.close();
  }

  private TargetStream items() {
    return new TargetStream(database.destination(), ITEMS);
  }

  private static TestBatch many(int from, int to) {
    TestBatch batch = TestBatch.at(ITEMS, 1);
    for (int i = from; i < to; i++) {
      batch.insert(Integer.toString(i), "n" + i, "x");
    }
    return batch;
  }

  private static void committed(Applied applied) {
    assertThat(applied).isEqualTo(new Applied.Committed());
  }

  private static ErrorInfo failure(ThrowingCallable call) {
    RapidbyteException e = catchThrowableOfType(RapidbyteException.class, call);
    assertThat(e).isNotNull();
    return e.error();
  }

  @Test
  void aConstraintRefusesRowsWithItsName() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(schema(ITEMS)));
      database.execute("ALTER TABLE items ADD CONSTRAINT short CHECK (length(name) < 9)");
      database.execute("ALTER TABLE items ALTER big SET NOT NULL");
      ErrorInfo error =
          failure(
              () ->
                  items
                      .harness()
                      .apply(rows(TestBatch.at(ITEMS, 1).insert("1", "much too long", "secret"))));
      assertThat(error.category()).isEqualTo(Category.DATA);
      assertThat(error.details()).containsEntry("constraint", "short");
      assertThat(error.line()).doesNotContain("secret");
      error =
          failure(
              () -> items.harness().rehearse(rows(TestBatch.at(ITEMS, 1).insert("1", "a", null))));
      assertThat(error.details()).containsEntry("column", "big");
    }
  }

  @Test
  void allRowsThatATableRefusesAreNamedAtOnce() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(many(0, 50))));
      database.execute("ALTER TABLE items ADD CONSTRAINT \"$rb$ short\" CHECK (length(name) < 4)");
      TestBatch batch = many(0, 1000).delete("7").update("8", "too long", "x");

      Applied applied = items.harness().apply(rows(batch));

      assertThat(applied).isInstanceOf(Applied.Refused.class);
      List<RefusedRow> refused = ((Applied.Refused) applied).rows();
      assertThat(refused.stream().map(RefusedRow::row).sorted())
          .containsExactlyElementsOf(
              IntStream.concat(IntStream.range(100, 1000), IntStream.of(1001)).boxed().toList());
      assertThat(refused)
          .allSatisfy(
              row ->
                  assertThat(row.error().details())
                      .containsEntry("constraint", "$rb$ short")
                      .containsEntry("table", "items"));
      assertThat(database.value("SELECT count(*) FROM items")).isEqualTo("50");
    }
  }

  @Test
  void whereAUniqueIndexObjectsTooTheHostLooksForTheRows() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(many(0, 10))));
      database.execute("CREATE UNIQUE INDEX ON items (name)");
      database.execute("ALTER TABLE items ADD CONSTRAINT short CHECK (length(name) < 4)");
      TestBatch batch =
          TestBatch.at(ITEMS, 2).insert("20", "n1", "x").insert("21", "too long", "x");

      assertThat(failure(() -> items.harness().apply(rows(batch))).category())
          .isEqualTo(Category.DATA);
      assertThat(database.value("SELECT count(*) FROM items")).isEqualTo("10");
    }
  }

  @Test
  void aDeferredConstraintIsFoundByTheRehearsalToo() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(schema(ITEMS)));
      database.execute(
          "ALTER TABLE items ADD CONSTRAINT one UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
      TestBatch twice = TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "a", "x");
      assertThat(failure(() -> items.harness().apply(rows(twice))).category())
          .isEqualTo(Category.DATA);
      assertThat(failure(() -> items.harness().rehearse(rows(twice))).category())
          .isEqualTo(Category.DATA);
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    }
  }

  @Test
  void valuesOfAUniqueColumnPassFromRowToRow() {
    try (TargetStream items = items()) {
      committed(
          items
              .harness()
              .apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "b", "x"))));
      database.execute("CREATE UNIQUE INDEX ON items (name)");
      committed(
          items
              .harness()
              .apply(
                  rows(
                      TestBatch.at(ITEMS, 2)
                          .update("1", "c", "x")
                          .update("2", "a", "x")
                          .update("1", "b", "x"))));
      assertThat(database.value(ALL)).isEqualTo("1b,2a");
    }
  }

  @Test
  void rowsThatAreThereAlreadyAreReplaced() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(many(0, 1000))));
      committed(items.harness().apply(rows(many(500, 1500))));
      committed(items.harness().apply(rows(many(0, 2000))));
      assertThat(database.value("SELECT count(*) FROM items")).isEqualTo("2000");
    }
  }

  @Test
  void largeUnchangedValuesAreNotWrittenAgain() {
    String large = "SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) AS i";
    String value = database.value(large);
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", value))));
      String chunk = "SELECT pg_column_toast_chunk_id(big) FROM items";
      String before = database.value(chunk);
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 2).update("1", "b", UNCHANGED))));
      assertThat(database.value(chunk)).isNotNull().isEqualTo(before);
      committed(
          items.harness().apply(rows(TestBatch.at(ITEMS, 3).keyChange("1", "2", "c", UNCHANGED))));
      assertThat(database.value("SELECT id || name || (big = (" + large + ")) FROM items"))
          .isEqualTo("2ctrue");
    }
  }

  @Test
  void aDroppedTableAsksForAResyncAndIsCreatedByIt() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
      database.execute("DROP TABLE items");
      TestBatch next = TestBatch.at(ITEMS, 2).insert("2", "b", "x");
      ErrorInfo error = failure(() -> items.harness().apply(rows(next)));
      assertThat(error.code()).isEqualTo(Codes.SINK_RESYNC_REQUIRED);
      assertThat(error.fix()).contains("rapidbyte resync public.items");
      long fence = items.harness().claimAgain().fence();
      assertThat(
              items.harness().writer().reseat(items.harness().partition(), fence, new Seat(0, 2)))
          .isTrue();
      items.harness().claimAgain();
      committed(items.harness().apply(rows(next)));
      assertThat(database.value(ALL)).isEqualTo("2b");
    }
  }

  @Test
  void aTableDroppedInAQuietMomentIsMissedByTheNextGenerationsFirstRecord() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
      database.execute("DROP TABLE items");
      assertThat(failure(() -> items.harness().apply(schema(ITEMS))).code())
          .isEqualTo(Codes.SINK_RESYNC_REQUIRED);
    }
  }

  @Test
  void aRefusedTableIsUsedOnceItIsMended() {
    database.execute("CREATE TABLE items (id bigint, name text)");
    try (TargetStream items = items()) {
      TestBatch batch = TestBatch.at(ITEMS, 1).insert("1", "a", "x");
      assertThat(failure(() -> items.harness().apply(rows(batch))).fix()).contains("RENAME TO");
      database.execute("ALTER TABLE items RENAME TO mine");
      committed(items.harness().apply(rows(batch)));
      assertThat(database.value(ALL)).isEqualTo("1a");
    }
  }

  @Test
  void aWidenedColumnAndFurtherColumnsAreKept() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
      database.execute(
          "ALTER TABLE items ALTER id TYPE numeric; ALTER TABLE items ADD note text DEFAULT 'n'");
      committed(
          items
              .harness()
              .apply(
                  rows(
                      TestBatch.at(ITEMS, 2)
                          .update("1", "aa", UNCHANGED)
                          .insert("2", "b", "x")
                          .keyChange("2", "3", "c", "y"))));
      assertThat(
              database.value("SELECT string_agg(id || name || note, ',' ORDER BY id) FROM items"))
          .isEqualTo("1aan,3cn");
    }
  }

  @Test
  void aTableThatAForeignKeyNamesIsTruncatedRowByRow() {
    try (TargetStream items = items()) {
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
      database.execute("CREATE TABLE note (item bigint REFERENCES items)");
      committed(
          items
              .harness()
              .apply(truncate(ITEMS, 2), rows(TestBatch.at(ITEMS, 3).insert("2", "b", "x"))));
      assertThat(database.value(ALL)).isEqualTo("2b");
    }
  }

  @Test
  void twoStreamsDoNotMeetInOneTable() {
    StreamSchema other = TestStream.simple("sales", "items");
    try (TargetStream items =
            new TargetStream(
                new PostgresDestination("shop", "copy", database.kind("postgres", "public")),
                ITEMS);
        TargetStream second =
            new TargetStream(
                new PostgresDestination("shop", "copy", database.kind("postgres", "public")),
                other)) {
      committed(items.harness().apply(schema(ITEMS)));
      ErrorInfo error = failure(() -> second.harness().apply(schema(other)));
      assertThat(error.category()).isEqualTo(Category.CONFIG);
      assertThat(error.message()).contains("stream public.items");
    }
  }

  @Test
  void aMissingPrivilegeIsNamed() {
    database.execute(
        "DO $$ BEGIN IF to_regrole('writer') IS NULL THEN CREATE ROLE writer LOGIN; END IF; END"
            + " $$");
    try (PostgresDestination destination = destinationOf("writer")) {
      ErrorInfo error = failure(destination::open);
      assertThat(error.category()).isEqualTo(Category.AUTH);
      assertThat(error.fix()).contains("GRANT CREATE");
    }
    database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO writer");
    try (TargetStream items = new TargetStream(destinationOf("writer"), ITEMS)) {
      ErrorInfo error = failure(() -> items.harness().apply(schema(ITEMS)));
      assertThat(error.category()).isEqualTo(Category.AUTH);
      database.execute("GRANT CREATE ON SCHEMA public TO writer");
      committed(items.harness().apply(rows(TestBatch.at(ITEMS, 1).insert("1", "a", "x"))));
    }
  }

  private PostgresDestination destinationOf(String user) {
    return new PostgresDestination("shop", "copy", database.kind(user, null));
  }
}
