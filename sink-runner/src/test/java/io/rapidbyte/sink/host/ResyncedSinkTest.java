package io.rapidbyte.sink.host;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import org.junit.jupiter.api.Test;

/** A stream that lost its place goes on by itself where a newer generation begins. */
final class ResyncedSinkTest extends ItemsIntoDuckDb {
  private static final StreamSchema OTHERS = TestStream.simple("public", "others");

  private static void untilApplied(RunningSink sink, int rows) {
    until(rows + " rows applied", () -> sink.watcher.rows() >= rows);
  }

  private static void untilStopped(RunningSink sink) {
    until("the stream stopped", () -> sink.watcher.stopped.containsKey(STREAM));
    assertThat(sink.watcher.stop(STREAM).code()).isEqualTo(Codes.SINK_RESYNC_REQUIRED);
  }

  private static void untilReseated(RunningSink sink, int generation) {
    until("a new place", () -> sink.watcher.reseats.contains(STREAM + "-0:" + generation));
    until("going on", () -> !sink.watcher.stopped.containsKey(STREAM));
  }

  /** A warehouse with rows 1 and 2, behind whose offset retention has removed records. */
  private void passed() {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "b", "y"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 2);
    }
    log.changes(TestBatch.at(ITEMS, 2).delete("1"));
    log.changes(TestBatch.at(ITEMS, 3).insert("3", "c", "z"));
    log.deleteRecordsBefore(ITEMS, 4);
  }

  @Test
  void retentionThatPassedIsMendedByANewGenerationWithoutARestart() {
    passed();
    log.announce(OTHERS, 1);
    try (RunningSink sink = start()) {
      untilStopped(sink);
      log.changes(TestBatch.at(OTHERS, 3).insert("7", "o", "x"));
      untilApplied(sink, 1);
      log.begin(2, ITEMS);
      log.send(RecordKind.CHANGE, TestBatch.at(ITEMS, 5).update("2", "bb", UNCHANGED), 2);
      log.send(RecordKind.SNAPSHOT, TestBatch.at(ITEMS, 6).snapshot("2", "bb", "yy"), 2);
      log.send(RecordKind.SNAPSHOT, TestBatch.at(ITEMS, 6).snapshot("3", "c", "z"), 2);
      untilReseated(sink, 2);
      untilApplied(sink, 4);
      log.send(RecordKind.SNAPSHOT_END, TestBatch.at(ITEMS, 7), 2);
      log.send(RecordKind.CHANGE, TestBatch.at(ITEMS, 8).update("3", "cc", UNCHANGED), 2);
      untilApplied(sink, 5);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("2|bb|yy", "3|cc|z");
    assertThat(warehouse.rows(OTHERS)).containsExactly("7|o|x");
    assertThat(log.read(log.names().deadLetters(ITEMS.table()))).isEmpty();
  }

  @Test
  void aGenerationWhoseBeginningRetentionHasTakenIsNotTaken() {
    passed();
    log.begin(2, ITEMS);
    log.send(RecordKind.SNAPSHOT, TestBatch.at(ITEMS, 6).snapshot("2", "lost", "y"), 2);
    log.send(RecordKind.SNAPSHOT, TestBatch.at(ITEMS, 6).snapshot("3", "kept", "z"), 2);
    log.deleteRecordsBefore(ITEMS, 10);
    try (RunningSink sink = start()) {
      untilStopped(sink);
      assertThat(sink.watcher.reseats).isEmpty();
      log.generation(3, ITEMS, TestBatch.at(ITEMS, 8).snapshot("3", "new", "z"));
      untilReseated(sink, 3);
      untilApplied(sink, 1);
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("3|new|z");
  }

  @Test
  void aGenerationIsKnownWholeByItsFirstRecordWhereNothingOlderIsLeft() {
    passed();
    log.generation(2, ITEMS, TestBatch.at(ITEMS, 6).snapshot("2", "new", "y"));
    log.deleteRecordsBefore(ITEMS, 6);
    try (RunningSink sink = start()) {
      untilReseated(sink, 2);
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("2|new|y");
  }

  @Test
  void aTopicThatWasCreatedAgainIsReadFromItsNewGeneration() {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
    }
    log.deleteTopic(log.topic(ITEMS));
    until("it gone", () -> !log.admin().listTopics().names().get().contains(log.topic(ITEMS)));
    log.createTopic(log.topic(ITEMS), 1);
    log.changes(TestBatch.at(ITEMS, 5).insert("5", "not a generation", "x"));
    try (RunningSink sink = start()) {
      untilStopped(sink);
      assertThat(sink.watcher.stop(STREAM).message()).contains("created again");
      log.generation(2, ITEMS, TestBatch.at(ITEMS, 8).snapshot("2", "b", "y"));
      untilReseated(sink, 2);
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("2|b|y");
  }

  @Test
  void anOffsetBeyondTheLogsEndIsMendedByANewGeneration() {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
    }
    warehouse.execute("UPDATE _rapidbyte.checkpoint SET next_offset = 500");
    try (RunningSink sink = start()) {
      untilStopped(sink);
      assertThat(sink.watcher.stop(STREAM).message()).contains("before the destination's 500");
      log.changes(TestBatch.at(ITEMS, 2).insert("9", "not seen", "x"));
      log.generation(2, ITEMS, TestBatch.at(ITEMS, 4).snapshot("1", "aa", "x"));
      untilReseated(sink, 2);
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("1|aa|x");
  }

  @Test
  void aDroppedTableIsFilledByANewGeneration() {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    try (RunningSink sink = start()) {
      untilApplied(sink, 1);
    }
    warehouse.execute("DROP TABLE public.items");
    log.changes(TestBatch.at(ITEMS, 2).insert("2", "b", "y"));
    try (RunningSink sink = start()) {
      untilStopped(sink);
      assertThat(sink.watcher.stop(STREAM).message()).contains("was dropped");
      log.generation(2, ITEMS, TestBatch.at(ITEMS, 4).snapshot("2", "b", "y"));
      untilReseated(sink, 2);
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("2|b|y");
  }

  @Test
  void recordsOfAnOlderGenerationAreLeftOut() {
    log.generation(2, ITEMS, TestBatch.at(ITEMS, 2).snapshot("1", "a", "x"));
    try (RunningSink sink = start()) {
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
      log.changes(TestBatch.at(ITEMS, 3).insert("2", "old", "x"));
      log.send(RecordKind.CHANGE, TestBatch.at(ITEMS, 4).insert("3", "new", "x"), 2);
      untilApplied(sink, 2);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("1|a|x", "3|new|x");
  }
}
