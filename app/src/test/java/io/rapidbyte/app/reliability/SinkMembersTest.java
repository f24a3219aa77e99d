package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.process.ForkedJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several processes write one destination, come and go, and stand still. */
@Tag("chaos")
final class SinkMembersTest {
  private static final List<String> MEMBERS = List.of("sink.a", "sink.b", "sink.c");

  private static Trial.Setup copyOnly(Trial.Setup direct) {
    return direct.with(direct.shape().withWarehouse(false));
  }

  @Test
  void comeAndGoEveryFewSeconds() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    try (TrialGround ground = TrialGround.open()) {
      ground.ask(
          SinkMembersTest::copyOnly,
          trial -> {
            trial.start("ingest", "");
            trial.start(MEMBERS.getFirst(), "");
            try (Ledger ledger = trial.writer(1)) {
              trial.awaitTables();
              for (int i = 1; i <= 12; i++) {
                String member = MEMBERS.get(i % MEMBERS.size());
                switch (random.nextInt(3)) {
                  case 0 -> trial.stop(member);
                  case 1 -> leaves(trial, member);
                  default -> trial.start(member, "");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_500 + random.nextInt(2_500)));
              }
              MEMBERS.forEach(member -> trial.start(member, ""));
              trial.awaitTransactions(ledger, 50);
            }
            Judgement.of(trial, MEMBERS);
          });
    }
  }

  private static void leaves(Trial trial, String member) throws Exception {
    if (trial.runs(member)) {
      ForkedJvm leaving = trial.worker(member);
      leaving.terminate();
      assertThat(leaving.waitFor(Duration.ofSeconds(20))).isPresent();
      trial.stop(member);
    }
  }

  /** Longer than its sessions live; the other has its partitions when it wakes up with records. */
  @Test
  void whoStoodStillCommitsNothing() throws Exception {
    try (TrialGround ground = TrialGround.open()) {
      ground.ask(
          SinkMembersTest::copyOnly,
          trial -> {
            trial.start("ingest", "");
            trial.start("sink.a", "");
            try (Ledger ledger = trial.writer(2)) {
              trial.awaitTables();
              trial.awaitTransactions(ledger, 50);
              trial.worker("sink.a").freeze();
              trial.start("sink.b", "");
              String before = newest(trial);
              trial.awaitTransactions(ledger, 50);
              trial.await("the other goes on", () -> !newest(trial).equals(before));
              LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(20));
              trial.worker("sink.a").thaw();
              trial.awaitTransactions(ledger, 200);
            }
            Judgement.of(trial, List.of("sink.a", "sink.b"));
          });
    }
  }

  private static String newest(Trial trial) throws Exception {
    return trial.copy().query("SELECT max(id) FROM transfers");
  }
}
