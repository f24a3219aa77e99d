package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.testkit.batch.TestBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream whose bookkeeping is damaged says so, and goes on where it is copied again. */
final class DamagedBooksTest extends ItemsIntoDuckDb {
  private static final String PLACE =
      "SELECT pipeline, destination, topic, partition FROM _rapidbyte.checkpoint";

  @Test
  void ofANewerVersionItIsLeftAlone() {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x"));
    try (RunningSink sink = start()) {
      until("rows applied", () -> sink.watcher.rows() >= 1);
    }
    warehouse.execute("UPDATE _rapidbyte.layout SET version = 99");
    try (RunningSink sink = start()) {
      assertThat(sink.failure()).hasMessageContaining("layout 99").hasMessageContaining("newer");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE _rapidbyte.checkpoint SET next_offset = -3 | how far",
        "DROP TABLE _rapidbyte.checkpoint | how far",
        "DROP TABLE _rapidbyte.dead | how far",
        "INSERT INTO _rapidbyte.dead SELECT *, 'garbage' FROM place | garbage",
        "INSERT INTO _rapidbyte.outbox SELECT *, 'id', 1, '', 'garbage', false FROM place | letter"
      })
  void isNamedAndMendedByANewGeneration(String damage, String told) {
    log.changes(TestBatch.at(ITEMS, 1).insert("1", "a", "x").insert("2", "b", "y"));
    try (RunningSink sink = start()) {
      until("rows applied", () -> sink.watcher.rows() >= 2);
    }
    log.changes(TestBatch.at(ITEMS, 2).insert("3", "c", "z"));
    warehouse.execute(damage.replace("FROM place", "FROM (" + PLACE + ")"));
    try (RunningSink sink = start()) {
      until("the stream stopped", () -> sink.watcher.stopped.containsKey(STREAM));
      assertThat(sink.watcher.stop(STREAM).code()).isEqualTo(Codes.SINK_RESYNC_REQUIRED);
      assertThat(sink.watcher.stop(STREAM).message()).contains("damaged").contains(told);
      assertThat(sink.watcher.stop(STREAM).fix()).contains("rapidbyte resync public.items");
      log.generation(2, ITEMS, TestBatch.at(ITEMS, 4).snapshot("3", "c", "z"));
      until("a new place", () -> sink.watcher.reseats.contains(STREAM + "-0:2"));
      until("going on", () -> !sink.watcher.stopped.containsKey(STREAM));
      until("the end", () -> sink.watcher.behind.getOrDefault(STREAM, 9L) == 0);
    }
    assertThat(warehouse.rows(ITEMS)).containsExactly("3|c|z");
  }
}
