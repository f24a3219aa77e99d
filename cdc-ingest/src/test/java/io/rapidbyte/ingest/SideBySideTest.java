package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.process.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes of one pipeline: one leads, the other waits, whatever becomes of the first. */
class SideBySideTest {
  private static final String CONFIRMED =
      "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE database = current_database()";

  private final Fixture fixture = new Fixture();
  private int written;

  @AfterEach
  void close() {
    fixture.close();
  }

  private void write(int rows) throws Exception {
    fixture.run(
        "INSERT INTO t SELECT generate_series(%d, %d)".formatted(written + 1, written + rows));
    written += rows;
  }

  @Test
  @Tag("chaos")
  void neitherFencesTheOtherInFiveMinutes() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (ForkedJvm leader = IngestMain.fork(fixture, "")) {
      Fixture.until(() -> leader.output().contains("PHASE STREAMING"));
      try (ForkedJvm standby = IngestMain.fork(fixture, "")) {
        Fixture.until(() -> standby.output().contains("PHASE STANDBY"));
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (System.nanoTime() < end) {
          write(100);
          fixture.awaitRows("t", written);
          assertThat(leader.waitFor(Duration.ofSeconds(2))).isEmpty();
        }
        assertThat(leader.output()).containsOnlyOnce("PHASE STREAMING").doesNotContain("RETRYING");
        assertThat(standby.output()).doesNotContain("PHASE STREAMING").doesNotContain("RETRYING");
        leader.kill9();
        long killed = System.nanoTime();
        Fixture.until(() -> standby.output().contains("PHASE STREAMING"));
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(15));
        write(100);
        assertThat(fixture.awaitRows("t", written).positions())
            .doesNotHaveDuplicates()
            .hasSize(written);
      }
    }
  }

  /**
   * Longer than its sessions live, and in the middle of a backlog, so that most likely a Kafka
   * transaction is open: the other leads; what it wakes up with, it cannot commit.
   */
  @Test
  @Tag("chaos")
  void aFrozenLeaderIsReplacedAndCommitsNothingWhenItGoesOn() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
    try (ForkedJvm leader = IngestMain.fork(fixture, "")) {
      Fixture.until(() -> leader.output().contains("PHASE STREAMING"));
      try (ForkedJvm standby = IngestMain.fork(fixture, "")) {
        Fixture.until(() -> standby.output().contains("PHASE STANDBY"));
        leader.freeze();
        for (int i = 0; i < 40; i++) {
          write(4_000);
        }
        String confirmed = fixture.value(CONFIRMED);
        leader.thaw();
        Fixture.until(() -> !fixture.value(CONFIRMED).equals(confirmed));
        leader.freeze();
        long frozen = System.nanoTime();
        Fixture.until(() -> standby.output().contains("PHASE STREAMING"));
        assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(Duration.ofSeconds(30));
        write(2_000);
        fixture.awaitRows("t", written);
        leader.thaw();
        write(2_000);
        Fixture.until(() -> leader.output().contains("RETRYING"));
        Fixture.until(() -> leader.output().endsWith("PHASE STANDBY\n"));
        write(2_000);
        assertThat(fixture.awaitRows("t", written).positions())
            .doesNotHaveDuplicates()
            .hasSize(written);
        assertThat(standby.output()).doesNotContain("RETRYING");
      }
    }
  }
}
