package io.rapidbyte.app.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.kill.KilledPipeline.Setup;
import io.rapidbyte.app.kill.KilledPipeline.Worker;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nothing lost and nothing twice, whichever worker is killed, whenever. */
final class KillTest {
  private static final Logger LOG = LoggerFactory.getLogger(KillTest.class);

  @TempDir private Path home;

  /** All in one life of a pipeline, for starting one costs more than what it is asked here. */
  @Test
  void survivesADeathInEachRoleAndStopsCleanly() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(Setup.of(kafka.bootstrap(), home, 10_000))) {
      pipeline.start(Worker.INGEST, "src.committed:3");
      pipeline.start(Worker.SINK, "sink.post:2");
      try (ShopWriter writer = pipeline.writer(1, 1_000)) {
        awaitDeath(pipeline, Worker.INGEST, "src.committed:3");
        pipeline.start(Worker.INGEST, "");
        awaitDeath(pipeline, Worker.SINK, "sink.post:2");
        pipeline.start(Worker.SINK, "");
        long until = writer.committedChanges() + 1_000;
        Eventually.until(
            "more changes", Duration.ofMinutes(1), () -> writer.committedChanges() > until);
        stopsCleanly(pipeline, Worker.INGEST);
        assertThat(pipeline.slotIsActive()).isFalse();
        pipeline.start(Worker.INGEST, "");
      }
      pipeline.awaitCopy();
      stopsCleanly(pipeline, Worker.SINK);
      pipeline.start(Worker.SINK, "");
      judged(kafka.bootstrap(), pipeline);
    }
  }

  /** SIGTERM while it is busy: what is in flight is finished or left, in ten seconds. */
  private static void stopsCleanly(KilledPipeline pipeline, Worker worker) throws Exception {
    pipeline.process(worker).terminate();
    assertThat(pipeline.process(worker).waitFor(Duration.ofSeconds(10)))
        .as(pipeline.process(worker).output())
        .hasValue(0);
  }

  @Test
  @Tag("chaos")
  void survivesAFewKillsInEveryRole() throws Exception {
    survives(5, 1, "native");
  }

  @Test
  @Tag("chaos")
  void survivesThemWithDebeziumInItToo() throws Exception {
    survives(6, 3, "debezium");
  }

  @Test
  @Tag("chaos")
  void survivesTwentyFourKillsInEachRole() throws Exception {
    survives(48, 2, "native");
  }

  private void survives(int kills, long seed, String engine) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline =
            new KilledPipeline(Setup.of(kafka.bootstrap(), home, 25_000).by(engine))) {
      pipeline.start(Worker.INGEST, "");
      pipeline.start(Worker.SINK, "");
      try (ShopWriter writer = pipeline.writer(seed, 1_500)) {
        for (int i = 0; i < kills; i++) {
          long until = writer.committedChanges() + 1_500 + random.nextLong(6_000);
          Eventually.until(
              "more changes", Duration.ofMinutes(1), () -> writer.committedChanges() > until);
          Worker victim = i % 2 == 0 ? Worker.INGEST : Worker.SINK;
          pipeline.kill(victim);
          pipeline.start(victim, "");
        }
      }
      TopicReport report = judged(kafka.bootstrap(), pipeline);
      LOG.info(
          "{} kills, {} changes in {} transactions, {} snapshot rows, generations {}",
          kills,
          report.totalChanges(),
          report.transactions(),
          report.totalSnapshotRows(),
          report.generations());
    }
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(
      strings = {
        "src.begin:1",
        "src.begin:2",
        "src.begin:3",
        "src.begin:9",
        "src.chunk:1",
        "src.chunk:2",
        "src.chunk:3",
        "src.committed:1",
        "src.committed:2",
        "src.committed:3",
        "src.committed:12",
        "src.acked:1",
        "src.acked:2",
        "src.acked:3",
        "src.heartbeat:1",
        "src.heartbeat:2",
        "src.heartbeat:3",
        "snap.range:1",
        "snap.table:2"
      })
  void survivesADeathOfIngestAnywhere(String failpoint) throws Exception {
    survivesFailpoint(Worker.INGEST, failpoint);
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(
      strings = {
        "sink.pre:1",
        "sink.pre:2",
        "sink.pre:13",
        "sink.apply:1",
        "sink.apply:2",
        "sink.apply:3",
        "sink.apply:20",
        "sink.post:1",
        "sink.post:2",
        "sink.post:3",
        "sink.post:20",
        "sink.ddl:1",
        "sink.ddl:2",
        "sink.ddl:3"
      })
  void survivesADeathOfASinkAnywhere(String failpoint) throws Exception {
    survivesFailpoint(Worker.SINK, failpoint);
  }

  private void survivesFailpoint(Worker victim, String failpoint) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(Setup.of(kafka.bootstrap(), home, 10_000))) {
      pipeline.start(Worker.INGEST, victim == Worker.INGEST ? failpoint : "");
      pipeline.start(Worker.SINK, victim == Worker.SINK ? failpoint : "");
      try (ShopWriter writer = pipeline.writer(3, 1_000)) {
        awaitDeath(pipeline, victim, failpoint);
        pipeline.start(victim, "");
        long until = writer.committedChanges() + 1_000;
        Eventually.until(
            "more changes", Duration.ofSeconds(30), () -> writer.committedChanges() > until);
      }
      judged(kafka.bootstrap(), pipeline);
    }
  }

  /** Meanwhile a large transaction a second is written, to be sent in pieces. */
  static void awaitDeath(KilledPipeline pipeline, Worker victim, String failpoint)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    try {
      while (!pipeline.hasEnded(victim)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(victim + " does not die at " + failpoint);
        }
        pipeline.sourceUnlessDeadlocked(
            "UPDATE products SET description = repeat(md5(clock_timestamp()::text), 80)"
                + " WHERE id % 4 = 0");
        pipeline.awaitEnd(victim, Duration.ofSeconds(1));
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
    }
  }

  /** Letters that a destination was given and that were not yet gone when it died. */
  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(strings = {"sink.post:1", "sink.outbox:1", "sink.outbox:2"})
  void losesNoDeadLetter(String failpoint) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(Setup.of(kafka.bootstrap(), home, 10_000))) {
      pipeline.start(Worker.INGEST, "");
      pipeline.start(Worker.SINK, "");
      pipeline.awaitCopy();
      try (Connection copy = pipeline.copy();
          Statement statement = copy.createStatement()) {
        statement.execute("ALTER TABLE payments ADD CHECK (method <> 'cheque')");
      }
      pipeline.start(Worker.SINK, failpoint);
      int refused = 0;
      while (!pipeline.hasEnded(Worker.SINK) && refused < 2_000) {
        pipeline.source(
            "INSERT INTO payments SELECT gen_random_uuid(), i, 'cheque', 1, '2025-01-01', NULL"
                + " FROM generate_series(1, 20) i",
            "INSERT INTO payments VALUES (gen_random_uuid(), 1, 'card', 1, '2025-01-01', NULL)");
        refused += 20;
        pipeline.awaitEnd(Worker.SINK, Duration.ofSeconds(1));
      }
      assertThat(pipeline.hasEnded(Worker.SINK)).as("it dies at " + failpoint).isTrue();
      int expected = refused;
      pipeline.start(Worker.SINK, "");
      DeadLetters letters = new DeadLetters(kafka.bootstrap(), "kill.public.payments.dlq");
      Eventually.until(
          "every letter is there", Duration.ofSeconds(60), () -> letters.ids().size() == expected);
      pipeline.source("DELETE FROM payments WHERE method = 'cheque'");
      judged(kafka.bootstrap(), pipeline);
      assertThat(letters.ids()).hasSize(expected);
    }
  }

  static TopicReport judged(String bootstrap, KilledPipeline pipeline) {
    try {
      pipeline.awaitInSync();
      TopicReport report =
          new TopicOracle(bootstrap).read(pipeline.topics(), Duration.ofSeconds(20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.gaps()).isEmpty();
      return report;
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
    }
  }
}
