package io.rapidbyte.app.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.kill.KilledPipeline.Setup;
import io.rapidbyte.app.kill.KilledPipeline.Worker;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
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
 * A module with state whose process dies within transactions: what it kept and what it gave are
 * those of one that worked through the topic in peace.
 */
final class StatefulKillTest {
  private static final Logger LOG = LoggerFactory.getLogger(StatefulKillTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TOPIC = KilledPipeline.NAME + ".public.orders";
  private static final String CHANGELOG =
      KilledPipeline.NAME + ".process.public.orders-state-changelog";
  private static final Path DEDUPE =
      Path.of(System.getProperty("rapidbyte.root", ".."))
          .resolve("modules/wasm/c/dedupe.wasm")
          .toAbsolutePath();
  private static final String CONFIG = "{\"columns\":[\"customer_id\"],\"window_s\":20}";

  @TempDir private Path home;

  @Test
  @Tag("chaos")
  void itsStateIsThatOfOneBuiltFromTheTopicFromScratch() throws Exception {
    String transforms =
        """
        transforms:
          - { module: %s, config: %s, allow: { state: true }, streams: [public.orders] }
        """
            .formatted(DEDUPE, CONFIG.replace(":", ": "));
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(6);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline =
            new KilledPipeline(Setup.of(kafka.bootstrap(), home, 25_000).through(transforms))) {
      pipeline.start(Worker.INGEST, "");
      try (ShopWriter writer = pipeline.writer(6, 1_000)) {
        for (int kill = 0; kill < 20; kill++) {
          // Within a batch's transaction: its output and state are sent and not committed.
          String failpoint = "xf.processed:" + (1 + random.nextInt(12));
          pipeline.start(Worker.PROCESS, failpoint);
          KillTest.awaitDeath(pipeline, Worker.PROCESS, failpoint);
        }
        assertThat(writer.committedChanges()).isPositive();
      }
      pipeline.start(Worker.PROCESS, "");
      pipeline.source(
          "INSERT INTO orders VALUES (-1, -1, 'placed', 1, 'the last', now()::timestamp)");
      judge(kafka.bootstrap(), pipeline);
    }
  }

  private static void judge(String bootstrap, KilledPipeline pipeline) {
    Eventually.until(
        "the last row is behind the transforms\n" + pipeline.output(),
        PATIENCE,
        () -> Scratch.rows(bootstrap, TOPIC + ".out").getLast().endsWith(" -1"));
    Scratch scratch = Scratch.of(bootstrap, TOPIC, DEDUPE, CONFIG);
    assertThat(Scratch.rows(bootstrap, TOPIC + ".out")).containsExactlyElementsOf(scratch.rows());
    var kept = Scratch.kept(bootstrap, CHANGELOG, "dedupe");
    assertThat(scratch.alive(kept)).isEqualTo(scratch.alive(scratch.state())).isNotEmpty();
    assertThat(kept.size()).isLessThan(scratch.state().size());
    LOG.info(
        "{} rows in, {} rows out, {} keys alive, {} kept, {} ever",
        Scratch.rows(bootstrap, TOPIC).size(),
        scratch.rows().size(),
        scratch.alive(kept).size(),
        kept.size(),
        scratch.state().size());
  }
}
