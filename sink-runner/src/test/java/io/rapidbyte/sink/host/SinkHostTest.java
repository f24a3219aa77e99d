package io.rapidbyte.sink.host;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SinkHostTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final StreamSchema OTHERS = TestStream.simple("public", "others");

  @TempDir Path directory;
  private TestLog log;
  private PipelineSpec pipeline;

  @BeforeEach
  void startLog() {
    String name = SharedKafka.unique("shop");
    log = new TestLog(SharedKafka.bootstrap(), name);
    pipeline = TestSpec.pipeline(name, TestSpec.duckdb(file()), OnDataError.DLQ);
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private Path file() {
    return directory.resolve("warehouse.duckdb");
  }

  private RunningSink start() {
    return start(pipeline);
  }

  private RunningSink start(PipelineSpec spec) {
    return new RunningSink(
        spec,
        log.client(),
        allocator -> new DuckDbDestination(spec.pipeline(), "warehouse", file(), allocator));
  }

  private static void until(String what, Callable<Boolean> condition) {
    Eventually.until(what, PATIENCE, condition);
  }

  private static void untilApplied(RunningSink sink, int rows) {
    until(rows + " rows applied", () -> sink.watcher.rows() >= rows);
  }

  private List<String> table(StreamSchema stream) {
    return new Warehouse(file()).rows(stream);
  }

  private List<String> query(String sql) {
    return new Warehouse(file()).query(sql);
  }

  private void execute(String sql) {
    new Warehouse(file()).execute(sql);
  }

  @Test
  void appliesStreamsThatAppearWhileItRunsAndGoesOnWhereItStopped() {
    try (RunningSink sink = start()) {
      log.announce(ITEMS, 1);
      log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "b", "y"));
      untilApplied(sink, 2);
      log.announce(OTHERS, 1);
      log.changes(TestBatch.at(OTHERS, 2).insert("7", "o", "x"));
      log.changes(TestBatch.at(ITEMS, 2).update("1", "aa", UNCHANGED).delete("2"));
      untilApplied(sink, 5);
    }
    log.changes(TestBatch.at(ITEMS, 3).update("1", "aaa", UNCHANGED).insert("3", "c", null));
    try (RunningSink sink = start()) {
      untilApplied(sink, 2);
      until("a claim of both", () -> sink.watcher.claims.size() == 2);
      assertThat(sink.watcher.claims).noneMatch(claim -> claim.endsWith("@0"));
    }
    assertThat(table(ITEMS)).containsExactly("1|aaa|x", "3|c|null");
    assertThat(table(OTHERS)).containsExactly("7|o|x");
  }

  @Test
  void movesTheOffsetOfAQuietStreamPastMarkersAndAbortedRecords() {
    log.announce(ITEMS, 1);
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    log.aborted(TestBatch.at(ITEMS, 2).insert("2", "b", "y"));
    try (RunningSink sink = start()) {
      until(
          "the offset behind the last marker",
          () -> sink.watcher.groups.stream().anyMatch(group -> group.nextOffset() == 4));
      until("no lag", () -> sink.watcher.behind.getOrDefault("public.items", 9L) == 0);
    }
    assertThat(query("SELECT next_offset FROM _rapidbyte.checkpoint")).containsExactly("4");
    assertThat(table(ITEMS)).containsExactly("1|a|x");
  }

  @Test
  void putsPartsTogetherAndSkipsWhatIsForOthers() {
    log.announce(ITEMS, 1);
    log.inParts(TestBatch.at(ITEMS, 1).insert("1", "a", "x".repeat(100_000)), 5);
    log.onlyFor("elsewhere", TestBatch.at(ITEMS, 2).insert("2", "b", "y"));
    log.onlyFor("warehouse", TestBatch.at(ITEMS, 3).insert("3", "c", "z"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 2);
    }
    assertThat(query("SELECT id || ':' || length(big) FROM public.items ORDER BY id"))
        .containsExactly("1:100000", "3:1");
  }

  @Test
  void sendsWhatItCannotReadOrPlaceToTheDeadLetters() {
    log.announce(ITEMS, 1);
    log.garbage(ITEMS, new byte[] {1, 2, 3});
    log.changes(
        TestBatch.at(ITEMS, 5)
            .update("9", "lost", UNCHANGED)
            .insert("1", "a", "x")
            .update("9", "lost too", UNCHANGED)
            .update("9", "whole", "again")
            .update("9", "fine", UNCHANGED));
    try (RunningSink sink = start()) {
      String topic = log.names().deadLetters(ITEMS.table());
      until("three dead letters", () -> log.read(topic).size() == 3);
      assertThat(
              log.read(topic).stream()
                  .map(r -> new String(r.value(), java.nio.charset.StandardCharsets.UTF_8)))
          .anyMatch(json -> json.contains(io.rapidbyte.schemas.batch.ArrowIpc.UNDECODABLE))
          .anyMatch(
              json -> json.contains(Codes.MISSING_BASE) && json.contains("\"name\":\"lost too\""));
      assertThat(
              log.read(topic).stream()
                  .map(
                      r ->
                          new String(
                              r.headers().lastHeader("rb-id").value(),
                              java.nio.charset.StandardCharsets.UTF_8)))
          .contains("public.items/destination:warehouse/1/-/0/5/0");
      assertThat(sink.watcher.undelivered).hasValue(3);
    }
    assertThat(table(ITEMS)).containsExactly("1|a|x", "9|fine|again");
    assertThat(query("SELECT count(*) FROM _rapidbyte.outbox")).containsExactly("0");
    assertThat(query("SELECT count(*) FROM _rapidbyte.dead")).containsExactly("0");
  }

  @Test
  void leavesOutTheRowsThatTheDestinationRefuses() {
    log.announce(ITEMS, 1);
    log.changes(TestBatch.at(ITEMS, 1).insert("0", "a", "x"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
    }
    execute("CREATE TABLE swap AS FROM public.items");
    execute("DROP TABLE public.items");
    execute(
        "CREATE TABLE public.items (id BIGINT, name VARCHAR CHECK (name <> 'bad'), big VARCHAR,"
            + " _rb_generation INTEGER, _rb_lsn UBIGINT, _rb_ordinal UINTEGER)");
    execute("INSERT INTO public.items FROM swap");
    execute("COMMENT ON TABLE public.items IS 'rapidbyte stream public.items'");
    TestBatch batch = TestBatch.at(ITEMS, 2);
    for (int i = 1; i <= 16; i++) {
      batch.insert(Integer.toString(i), i % 8 == 0 ? "bad" : "good", "large");
    }
    batch.update("8", "still stale", UNCHANGED).update("8", "bad", "x").delete("16");
    log.changes(batch);
    try (RunningSink sink = start()) {
      until(
          "four dead letters", () -> log.read(log.names().deadLetters(ITEMS.table())).size() == 4);
      assertThat(sink.watcher.undelivered).hasValue(4);
    }
    assertThat(query("SELECT count(*) FROM public.items")).containsExactly("15");
    assertThat(query("SELECT count(*) FROM public.items WHERE name = 'bad'")).containsExactly("0");
    assertThat(query("SELECT key FROM _rapidbyte.dead ORDER BY 1")).containsExactly("{\"id\":8}");
  }

  @Test
  void failsTheStreamAloneWhereThePolicyIsToFail() {
    log.announce(ITEMS, 1);
    log.announce(OTHERS, 1);
    log.changes(TestBatch.at(ITEMS, 1).update("9", "lost", UNCHANGED));
    log.changes(TestBatch.at(OTHERS, 1).insert("1", "a", "x"));
    var strict = TestSpec.pipeline(pipeline.pipeline(), TestSpec.duckdb(file()), OnDataError.FAIL);
    try (RunningSink sink = start(strict)) {
      until("the stream stopped", () -> sink.watcher.stopped.containsKey("public.items"));
      assertThat(sink.watcher.stop("public.items").code()).isEqualTo(Codes.MISSING_BASE);
      untilApplied(sink, 1);
    }
    assertThat(table(OTHERS)).containsExactly("1|a|x");
  }

  @Test
  void readsTheDestinationsOffsetAlsoWhenTheGroupIsGone() throws Exception {
    log.announce(ITEMS, 1);
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
    }
    String group = log.names().sinkGroup("warehouse");
    log.admin()
        .removeMembersFromConsumerGroup(
            group,
            new org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions(
                List.of(new org.apache.kafka.clients.admin.MemberToRemove(group))))
        .all()
        .get();
    log.admin().deleteConsumerGroups(List.of(group)).all().get();
    log.changes(TestBatch.at(ITEMS, 2).insert("2", "b", "y"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
      assertThat(sink.watcher.claims).containsExactly("public.items-0@2");
    }
    assertThat(table(ITEMS)).containsExactly("1|a|x", "2|b|y");
  }

  @Test
  void aFileThatCannotBeOpenedEndsTheSink() {
    var elsewhere =
        TestSpec.pipeline(
            pipeline.pipeline(), TestSpec.duckdb(Path.of("/proc/none/w.duckdb")), OnDataError.DLQ);
    try (RunningSink sink =
        new RunningSink(
            elsewhere,
            log.client(),
            allocator ->
                new DuckDbDestination(
                    "shop", "warehouse", Path.of("/proc/none/w.duckdb"), allocator))) {
      assertThat(sink.failure()).isInstanceOf(RapidbyteException.class);
    }
  }

  @Test
  void heldLettersAreDecidedAtTheirSnapshotsEnd() {
    log.announce(ITEMS, 1);
    log.send(RecordKind.CHANGE, TestBatch.at(ITEMS, 10).update("1", "early", UNCHANGED), 2);
    log.send(RecordKind.CHANGE, TestBatch.at(ITEMS, 11).update("2", "lost", UNCHANGED), 2);
    String topic = log.names().deadLetters(ITEMS.table());
    try (RunningSink sink = start()) {
      untilApplied(sink, 2);
      log.send(RecordKind.SNAPSHOT, TestBatch.at(ITEMS, 12).snapshot("1", "new", "big"), 2);
      untilApplied(sink, 3);
      assertThat(log.read(topic)).isEmpty();
      log.send(RecordKind.SNAPSHOT_END, TestBatch.at(ITEMS, 13), 2);
      until("one dead letter", () -> log.read(topic).size() == 1);
    }
    assertThat(log.read(topic).getFirst().key()).asString().contains("2");
    assertThat(table(ITEMS)).containsExactly("1|new|big");
    assertThat(query("SELECT count(*) FROM _rapidbyte.outbox")).containsExactly("0");
  }
}
