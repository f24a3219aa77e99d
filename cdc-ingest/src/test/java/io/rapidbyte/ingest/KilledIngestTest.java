package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Killed with -9 at the worst places, and gone on: each change once in the topic. */
class KilledIngestTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private ForkedJvm fork(String failpoint) {
    return IngestMain.fork(fixture, failpoint);
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(
      strings = {
        "src.begin:4",
        "src.chunk:3",
        "src.committed:2",
        "src.committed:5",
        "src.acked:3",
        "src.heartbeat:1"
      })
  void everyChangeIsInTheTopicOnce(String failpoint) throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
    try (ForkedJvm doomed = fork(failpoint)) {
      Fixture.until(() -> !doomed.isAlive() || doomed.output().contains("PHASE STREAMING"));
      for (int i = 0; i < 8; i++) {
        int from = i * 1000;
        fixture.transaction(
            "INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(%d, %d) i"
                .formatted(from + 1, from + 1000),
            "UPDATE t SET v = 'y' WHERE id = " + (from + 1));
      }
      assertThat(doomed.waitFor(PATIENCE)).as(doomed.output()).hasValue(Failpoint.EXIT_CODE);
    }
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (0, 'last')");
      TopicRows topic = fixture.awaitRows("t", 8009);
      List<String> positions = topic.positions();
      assertThat(positions).hasSize(8009);
      assertThat(new HashSet<>(positions)).hasSize(8009);
      assertThat(ids(topic)).isEqualTo(IntStream.rangeClosed(0, 8000).boxed().toList());
    }
  }

  private static List<Object> ids(TopicRows topic) {
    return topic.rows().stream()
        .filter(row -> row.op().equals("c"))
        .map(row -> row.value("id"))
        .sorted()
        .toList();
  }

  @Test
  void aServerKilledInMidStreamIsWaitedFor() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Fixture own = new Fixture(TestDatabase.create(server, "own"))) {
      own.run("CREATE TABLE t (id int PRIMARY KEY)");
      try (var _ = own.ingest().streaming()) {
        for (int round = 0; round < 3; round++) {
          int first = round * 1000;
          own.run("INSERT INTO t SELECT generate_series(%d, %d)".formatted(first, first + 999));
          server.kill9();
          server.restart();
        }
        own.run("INSERT INTO t VALUES (3000)");
        assertThat(own.awaitRows("t", 3001).positions()).doesNotHaveDuplicates().hasSize(3001);
      }
    }
  }

  @Test
  void aStandbyTakesOverFromALeaderThatWasKilled() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (ForkedJvm leader = fork("")) {
      Fixture.until(() -> leader.output().contains("PHASE STREAMING"));
      try (var standby = fixture.ingest().in(IngestObserver.Phase.STANDBY)) {
        fixture.run("INSERT INTO t SELECT generate_series(1, 100)");
        fixture.awaitRows("t", 100);
        leader.kill9();
        var _ = standby.streaming();
        fixture.run("INSERT INTO t SELECT generate_series(101, 200)");
        assertThat(fixture.awaitRows("t", 200).positions()).doesNotHaveDuplicates().hasSize(200);
      }
    }
  }
}
