package io.rapidbyte.sink.host;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed with -9 at every step of a group, a sink neither loses nor repeats anything. */
final class SinkKillTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");

  @TempDir Path directory;

  @Test
  void eachChangeHasItsEffectOnceWhereTheProcessDiesAroundTheCommit() throws Exception {
    killAt(List.of("sink.post:1", "sink.outbox:1"));
  }

  @Test
  @Tag("chaos")
  void eachChangeHasItsEffectOnceWhereverTheProcessDies() throws Exception {
    killAt(List.of("sink.ddl:1", "sink.pre:1", "sink.apply:1", "sink.post:1", "sink.outbox:1"));
  }

  @Test
  void aNewPlaceIsTakenOnceWhereTheProcessDiesAroundIt() throws Exception {
    String name = SharedKafka.unique("reseated");
    Path file = directory.resolve("warehouse.duckdb");
    try (TestLog log = new TestLog(SharedKafka.bootstrap(), name)) {
      log.announce(ITEMS, 1);
      changes(log, 0);
      try (RunningSink sink = running(log, name, file)) {
        Eventually.until("applied", PATIENCE, () -> sink.watcher.rows() == 3);
      }
      changes(log, 1);
      log.deleteRecordsBefore(ITEMS, 5);
      log.generation(2, ITEMS, TestBatch.at(ITEMS, 30).snapshot("100", "changed", "large 0"));
      assertThat(runUntilKilled(name, file, "sink.reseat:1")).hasValue(Failpoint.EXIT_CODE);
      assertThat(runUntilKilled(name, file, "sink.reseat:2")).hasValue(Failpoint.EXIT_CODE);
      assertThat(rows(file, "SELECT generation || '@' || next_offset FROM _rapidbyte.checkpoint"))
          .containsExactly("2@6");
      finish(log, name, file, 1);
    }
  }

  @Test
  void aSecondProcessIsToldThatTheFileIsOpen() throws Exception {
    Path file = directory.resolve("warehouse.duckdb");
    try (var allocator = new org.apache.arrow.memory.RootAllocator();
        var owner = new DuckDbDestination("shop", "warehouse", file, allocator)) {
      owner.open();
      var options =
          ForkedJvm.Options.of(
              SinkProcess.class.getName(), SharedKafka.bootstrap(), "shop", file.toString());
      try (ForkedJvm second = ForkedJvm.start(options)) {
        assertThat(second.waitFor(PATIENCE)).hasValue(4);
        assertThat(second.output()).contains("duckdb/in-use").contains("rapidbyte query");
      }
    }
  }

  private void killAt(List<String> steps) throws InterruptedException {
    String name = SharedKafka.unique("killed");
    Path file = directory.resolve("warehouse.duckdb");
    try (TestLog log = new TestLog(SharedKafka.bootstrap(), name)) {
      log.announce(ITEMS, 1);
      for (int i = 0; i < steps.size(); i++) {
        changes(log, i);
        assertThat(runUntilKilled(name, file, steps.get(i)))
            .as(steps.get(i))
            .hasValue(Failpoint.EXIT_CODE);
      }
      changes(log, steps.size());
      finish(log, name, file, steps.size() + 1);
    }
  }

  /** Each round counts one row up, and has one row that cannot be placed. */
  private static void changes(TestLog log, int round) {
    String id = Integer.toString(100 + round);
    log.changes(
        TestBatch.at(ITEMS, 10L * round + 1).insert(id, "new", "large " + round),
        TestBatch.at(ITEMS, 10L * round + 2)
            .update(id, "changed", UNCHANGED)
            .update(Integer.toString(900 + round), "lost", UNCHANGED));
  }

  private static OptionalInt runUntilKilled(String name, Path file, String failpoint)
      throws InterruptedException {
    var options =
        ForkedJvm.Options.of(
                SinkProcess.class.getName(), SharedKafka.bootstrap(), name, file.toString())
            .heap("256m")
            .failingAt(failpoint);
    try (ForkedJvm process = ForkedJvm.start(options)) {
      return process.waitFor(PATIENCE);
    }
  }

  private static RunningSink running(TestLog log, String name, Path file) {
    return new RunningSink(
        TestSpec.pipeline(name, TestSpec.duckdb(file), OnDataError.DLQ),
        log.client(),
        allocator -> new DuckDbDestination(name, "warehouse", file, allocator));
  }

  private static void finish(TestLog log, String name, Path file, int rounds) {
    String letters = log.names().deadLetters(ITEMS.table());
    try (RunningSink sink = running(log, name, file)) {
      assertThat(sink.watcher.stopped).isEmpty();
      Eventually.until("a letter a round", PATIENCE, () -> ids(log, letters).size() == rounds);
      Eventually.until(
          "the end", PATIENCE, () -> sink.watcher.behind.getOrDefault("public.items", 9L) == 0);
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      expected.add((100 + i) + "|changed|large " + i);
    }
    assertThat(rows(file, "SELECT concat_ws('|', id, name, big) FROM public.items ORDER BY id"))
        .isEqualTo(expected);
    assertThat(rows(file, "SELECT count(*) FROM _rapidbyte.outbox")).containsExactly("0");
  }

  private static java.util.Set<String> ids(TestLog log, String topic) {
    return log.read(topic).stream()
        .map(r -> new String(r.headers().lastHeader("rb-id").value(), StandardCharsets.UTF_8))
        .collect(Collectors.toSet());
  }

  private static List<String> rows(Path file, String sql) {
    List<String> rows = new ArrayList<>();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }
}
