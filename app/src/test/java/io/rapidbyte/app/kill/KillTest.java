package io.rapidbyte.app.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.kill.KilledPipeline.Worker;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing lost and nothing twice, whichever worker is killed, whenever. */
final class KillTest {
  @TempDir private Path home;

  @Test
  void survivesAFewKillsInEveryRole() throws Exception {
    survives(5, 1);
  }

  @Test
  @Tag("chaos")
  void survivesTwentyFourKillsInEveryRole() throws Exception {
    survives(48, 2);
  }

  private void survives(int kills, long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(kafka.bootstrap(), home, 25_000)) {
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
      judged(kafka, pipeline);
    }
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(strings = {"src.committed:2", "src.chunk:1", "src.acked:1"})
  void survivesADeathOfIngestAt(String failpoint) throws Exception {
    survivesFailpoint(Worker.INGEST, failpoint);
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(strings = {"sink.apply:3", "sink.post:2", "sink.ddl:2"})
  void survivesADeathOfASinkAt(String failpoint) throws Exception {
    survivesFailpoint(Worker.SINK, failpoint);
  }

  private void survivesFailpoint(Worker victim, String failpoint) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(kafka.bootstrap(), home, 10_000)) {
      pipeline.start(Worker.INGEST, victim == Worker.INGEST ? failpoint : "");
      pipeline.start(Worker.SINK, victim == Worker.SINK ? failpoint : "");
      try (ShopWriter writer = pipeline.writer(3, 1_000)) {
        Eventually.until(
            victim + " dies at " + failpoint,
            Duration.ofSeconds(60),
            () -> writer.committedChanges() > 0 && pipeline.hasEnded(victim));
        pipeline.start(victim, "");
        long until = writer.committedChanges() + 1_000;
        Eventually.until(
            "more changes", Duration.ofSeconds(30), () -> writer.committedChanges() > until);
      }
      judged(kafka, pipeline);
    }
  }

  private static void judged(EmbeddedKafka kafka, KilledPipeline pipeline) {
    try {
      pipeline.awaitInSync();
      TopicReport report =
          new TopicOracle(kafka.bootstrap()).read(pipeline.topics(), Duration.ofSeconds(20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.gaps()).isEmpty();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
    }
  }
}
