package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Money is neither made nor lost while workers are killed at random every few seconds. */
@Tag("chaos")
final class TpcBTest {
  private static final Logger LOG = LoggerFactory.getLogger(TpcBTest.class);
  private static final Duration LASTS = Duration.ofSeconds(Long.getLong("tpcb.seconds", 300));

  @Test
  void theSumsAgreeInBothDestinations() throws Exception {
    long seed = Long.getLong("seed", 1);
    try (TrialGround ground = TrialGround.open()) {
      ground.ask(direct -> direct.with(TpcB.shape(direct.shape())), trial -> survives(trial, seed));
    }
  }

  private static void survives(Trial trial, long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    trial.start("ingest", "");
    trial.start("sink", "");
    long kills = 0;
    long transactions;
    try (TpcB workload = TpcB.run(trial.source(), seed)) {
      long end = System.nanoTime() + LASTS.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3_000 + random.nextLong(7_000)));
        String victim = random.nextBoolean() ? "ingest" : "sink";
        trial.stop(victim);
        trial.start(victim, "");
        kills++;
      }
      transactions = workload.transactions();
    }
    String wanted = trial.source().query(TpcB.SUMS);
    List<String> sums = List.of(wanted.split(" ", -1));
    assertThat(sums.subList(0, 4)).as("in the source itself").containsOnly(sums.getFirst());
    trial.await("the sums agree in the copy", () -> trial.copy().query(TpcB.SUMS).equals(wanted));
    Judgement.of(trial);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
        Statement statement = duckDb.createStatement()) {
      statement.execute("SET schema = 'public'");
      try (ResultSet row = statement.executeQuery(TpcB.SUMS)) {
        row.next();
        assertThat(row.getString(1)).isEqualTo(wanted);
      }
    }
    LOG.info("{} kills, {} transactions, sums {}, seed {}", kills, transactions, wanted, seed);
  }
}
