package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the log in the topics, whatever decodes it. */
abstract class StreamingContract {
  private final Fixture fixture;

  StreamingContract(SourceSpec.Engine engine) {
    fixture = new Fixture().engine(engine);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static String large(String seed) {
    return "(SELECT string_agg(md5(i::text || '%s'), '') FROM generate_series(1, 300) i)"
        .formatted(seed);
  }

  @Test
  void insertsUpdatesAndDeletesArriveInOrder() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, name text)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, 'a'), (2, NULL)",
          "UPDATE t SET name = 'b' WHERE id = 1",
          "DELETE FROM t WHERE id = 2");
      TopicRows topic = fixture.awaitRows("t", 4);
      assertThat(topic.texts())
          .containsExactly("c{id=1, name=a}", "c{id=2}", "u{id=1, name=b}", "d{id=2}");
      assertThat(topic.positions()).doesNotHaveDuplicates();
    }
  }

  @Test
  void anUnchangedLargeValueIsNamedNotNulled() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, n int, big text)",
        "ALTER TABLE t ALTER big SET STORAGE EXTERNAL");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, 1, " + large("a") + ")", "UPDATE t SET n = 2");
      assertThat(fixture.awaitRows("t", 2).texts().get(1))
          .isEqualTo("u{_rb_unchanged=[2], id=1, n=2}");
    }
  }

  @Test
  void aFullIdentityFillsUnchangedValuesInAndTellsTheOldRow() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, n int, big text)",
        "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
        "ALTER TABLE t REPLICA IDENTITY FULL");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, 1, " + large("a") + ")", "UPDATE t SET n = 2", "DELETE FROM t");
      List<TopicRows.Row> rows = fixture.awaitRows("t", 3).rows();
      assertThat(rows.get(1).value("big")).isEqualTo(rows.get(0).value("big"));
      assertThat(rows.get(1).value("_rb_before").toString()).contains("\"n\":1");
      assertThat(rows.get(1).values()).doesNotContainKey("_rb_unchanged");
      assertThat(rows.get(2).op()).isEqualTo("d");
      assertThat(rows.get(2).values()).doesNotContainKeys("n", "big");
      assertThat(rows.get(2).value("_rb_before").toString()).contains("\"n\":2");
    }
  }

  @Test
  void aRowMayLeaveAValueThatIsRefused() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, n numeric(5,2))",
        "ALTER TABLE t REPLICA IDENTITY FULL");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, 'NaN')",
          "UPDATE t SET n = 1",
          "UPDATE t SET n = 'NaN'",
          "UPDATE t SET id = 2, n = 2",
          "UPDATE t SET n = 'NaN'",
          "DELETE FROM t");
      assertThat(fixture.awaitRows("t", 4).texts())
          .containsExactly(
              "u{_rb_before={\"id\":1}, id=1, n=1.00}",
              "d{_rb_before={\"id\":1}, id=1}",
              "c{_rb_before={\"id\":1}, id=2, n=2.00}",
              "d{_rb_before={\"id\":2}, id=2}");
      assertThat(fixture.deadLetters("t")).hasSize(3);
    }
  }

  @Test
  void aKeyChangeIsADeleteAndAnInsertInOneRecord() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, big text)",
        "ALTER TABLE t ALTER big SET STORAGE EXTERNAL");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, " + large("a") + ")",
          "UPDATE t SET id = 7",
          "INSERT INTO t VALUES (8, 'x')");
      TopicRows topic = fixture.awaitRows("t", 4);
      assertThat(topic.texts().subList(1, 3))
          .containsExactly("d{id=1}", "c{_rb_before={\"id\":1}, _rb_unchanged=[1], id=7}");
      TopicRows.Row delete = topic.rows().get(1);
      TopicRows.Row insert = topic.rows().get(2);
      assertThat(delete.record()).isSameAs(insert.record());
      assertThat(delete.value("_rb_ordinal")).isEqualTo(0);
      assertThat(insert.value("_rb_ordinal")).isEqualTo(1);
    }
  }

  @Test
  void anIndexIdentityIsTheKey() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL UNIQUE, n int)",
        "ALTER TABLE t REPLICA IDENTITY USING INDEX t_code_key");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, 'a', 1)", "UPDATE t SET id = 2", "DELETE FROM t");
      assertThat(fixture.awaitRows("t", 3).texts())
          .containsExactly("c{code=a, id=1, n=1}", "u{code=a, id=2, n=1}", "d{code=a}");
    }
  }

  @Test
  void aPartitionedTableComesThroughItsRoot() throws Exception {
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (100) TO (200)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, 'a'), (101, 'b')",
          "UPDATE t SET v = 'c' WHERE id = 101",
          "UPDATE t SET id = 102 WHERE id = 1");
      assertThat(fixture.awaitRows("t", 5).texts())
          .containsExactly(
              "c{id=1, v=a}", "c{id=101, v=b}", "u{id=101, v=c}", "d{id=1}", "c{id=102, v=a}");
    }
  }

  @Test
  void aTruncateIsARecordBetweenItsNeighbours() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE s (id int PRIMARY KEY)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.transaction("INSERT INTO t VALUES (1)", "TRUNCATE t, s", "INSERT INTO t VALUES (2)");
      TopicRows topic = fixture.awaitRows("t", 2);
      assertThat(topic.kinds()).containsExactly("change", "truncate", "change");
      assertThat(topic.records().get(1).first().ordinal()).isBetween(1, 2);
      assertThat(topic.rows().get(1).value("_rb_ordinal")).isEqualTo(3);
      assertThat(fixture.topic("s").kinds()).containsExactly("truncate");
    }
  }

  @Test
  void columnsComeAndGoBetweenAndWithinTransactions() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, a text)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, 'x')", "ALTER TABLE t ADD b int NOT NULL DEFAULT 5");
      fixture.transaction(
          "INSERT INTO t VALUES (2, 'y', 6)",
          "ALTER TABLE t DROP a",
          "INSERT INTO t VALUES (3, 7)",
          "ALTER TABLE t ADD a numeric(10,2)",
          "INSERT INTO t VALUES (4, 8, 1.5)");
      TopicRows topic = fixture.awaitRows("t", 4);
      assertThat(topic.texts())
          .containsExactly(
              "c{a=x, id=1}", "c{a=y, b=6, id=2}", "c{b=7, id=3}", "c{a=1.50, b=8, id=4}");
      assertThat(topic.kinds())
          .containsExactly("change", "schema", "change", "schema", "change", "schema", "change");
      assertThat(topic.records().stream().map(r -> r.schemaVersion()).distinct().toList())
          .containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void aLargeTransactionTakesSeveralKafkaTransactions() throws Exception {
    fixture.limits(StreamingTest.limits(200_000));
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 10000) i");
      TopicRows topic = fixture.awaitRows("t", 10_000);
      assertThat(topic.positions()).doesNotHaveDuplicates().hasSize(10_000);
      List<ChunkMark> marks = topic.records().stream().map(r -> r.transaction()).toList();
      assertThat(marks.size()).isGreaterThan(3);
      assertThat(marks.getLast()).isEqualTo(ChunkMark.LAST);
      assertThat(marks.subList(0, marks.size() - 1)).containsOnly(ChunkMark.MORE);
    }
  }

  @Test
  void aGiantRowIsCutIntoParts() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, v bytea)");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t VALUES (1, 'x'), (2, decode(repeat('ab', 20000000), 'hex')), (3, 'y')");
      TopicRows topic = fixture.awaitRows("t", 3);
      assertThat(topic.records()).hasSize(3);
      assertThat(topic.records().get(1).part()).isNotNull();
    }
  }

  @Test
  void goesOnWhereItStoppedWithoutARowTwice() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    for (int round = 0; round < 3; round++) {
      int from = round * 100;
      try (var _ = fixture.ingest().streaming()) {
        fixture.run("INSERT INTO t SELECT generate_series(%d, %d)".formatted(from, from + 49));
      }
      fixture.run("INSERT INTO t SELECT generate_series(%d, %d)".formatted(from + 50, from + 99));
    }
    try (var _ = fixture.ingest().streaming()) {
      TopicRows topic = fixture.awaitRows("t", 300);
      Set<String> distinct = new HashSet<>(topic.positions());
      assertThat(topic.rows()).hasSize(300);
      assertThat(distinct).hasSize(300);
    }
  }

  @Test
  void keysKeepToTheirPartitions() throws Exception {
    fixture.streams(new StreamSpec("public.t", List.of(), null, null, null, 3, null, null));
    fixture.run(
        "CREATE TABLE t (id int PRIMARY KEY, v text)", "ALTER TABLE t REPLICA IDENTITY FULL");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(
          "INSERT INTO t SELECT i, 'a' FROM generate_series(1, 60) i",
          "UPDATE t SET v = 'b'",
          "UPDATE t SET id = id + 1000",
          "TRUNCATE t");
      TopicRows topic = fixture.awaitRows("t", 240);
      java.util.Map<Object, Set<Integer>> places = new java.util.HashMap<>();
      topic
          .rows()
          .forEach(
              r -> places.computeIfAbsent(r.value("id"), k -> new HashSet<>()).add(r.partition()));
      assertThat(places.values()).allMatch(partitions -> partitions.size() == 1);
      assertThat(topic.rows().stream().map(TopicRows.Row::partition).distinct()).hasSize(3);
    }
  }

  @Test
  void valuesWithoutAPlaceInArrowAreDeadLetters() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2))");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (1, 1), (2, 'NaN'), (3, 3)");
      assertThat(fixture.awaitRows("t", 2).texts())
          .containsExactly("c{id=1, n=1.00}", "c{id=3, n=3.00}");
      assertThat(fixture.deadLetters("t"))
          .singleElement()
          .asString()
          .contains("\"row\":{\"id\":\"2\",\"n\":\"NaN\"}", "\"stage\":\"ingest\"");
    }
  }
}
