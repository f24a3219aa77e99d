package io.rapidbyte.app.kill;

import io.rapidbyte.app.kill.KilledPipeline.Setup;
import io.rapidbyte.app.kill.KilledPipeline.Worker;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nothing lost and nothing twice behind transforms, whenever their process is killed. The
 * transforms give back what they took, so that each change can be counted behind them and the
 * destinations must hold what the source holds.
 */
final class ProcessKillTest {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessKillTest.class);

  private static final String THERE_AND_BACK =
      """
      transforms:
        - { add: { there: "1 = 1" } }
        - { filter: "there" }
        - { project: { drop: [there] } }
      """;

  @TempDir private Path home;

  @Test
  @Tag("chaos")
  void survivesADeathWithinATransactionAndAKill() throws Exception {
    survives(1, 10_000, "xf.processed:12", 1);
  }

  @Test
  @Tag("chaos")
  void survivesTwentyKills() throws Exception {
    survives(20, 25_000, "", 2);
  }

  private void survives(int kills, long rows, String failpoint, long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline =
            new KilledPipeline(Setup.of(kafka.bootstrap(), home, rows).through(THERE_AND_BACK))) {
      pipeline.start(Worker.INGEST, "");
      pipeline.start(Worker.PROCESS, failpoint);
      pipeline.start(Worker.SINK, "");
      try (ShopWriter writer = pipeline.writer(seed, 1_000)) {
        if (!failpoint.isEmpty()) {
          KillTest.awaitDeath(pipeline, Worker.PROCESS, failpoint);
          pipeline.start(Worker.PROCESS, "");
        }
        for (int i = 0; i < kills; i++) {
          long until = writer.committedChanges() + 1_000 + random.nextLong(2_000);
          Eventually.until(
              "more changes", Duration.ofMinutes(1), () -> writer.committedChanges() > until);
          pipeline.kill(Worker.PROCESS);
          pipeline.start(Worker.PROCESS, "");
        }
      }
      TopicReport report = KillTest.judged(kafka.bootstrap(), pipeline);
      LOG.info(
          "{} kills, {} changes, {} snapshot rows behind the transforms",
          kills,
          report.totalChanges(),
          report.totalSnapshotRows());
    }
  }
}
