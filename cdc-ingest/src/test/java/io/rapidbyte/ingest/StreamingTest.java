package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamingTest {
  private static EmbeddedPostgres postgres;
  private static EmbeddedKafka kafka;
  private Fixture fixture;

  @BeforeAll
  static void servers() {
    postgres = EmbeddedPostgres.start();
    kafka = EmbeddedKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    fixture = new Fixture(postgres, kafka);
  }

  @AfterEach
  void close() {
    fixture.close();
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
}
