package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies at a failpoint, or a thread of it stands still there and the process dies a second
 * later; another takes its place, and the four invariants hold.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailpointTest {
  static final List<String> IN_A_RESYNC =
      List.of("snap.range:1", "snap.range:2", "snap.range:3", "snap.table:1", "snap.table:2");

  private TrialGround ground = TrialGround.open();

  @BeforeAll
  void start() {
    assertThat(Failpoints.names()).hasSizeGreaterThan(10);
  }

  @AfterAll
  void stop() {
    ground.close();
  }

  static Stream<String> lives() {
    return Failpoints.lives();
  }

  @ParameterizedTest(name = "{0}")
  @Tag("chaos")
  @MethodSource("lives")
  void deathsAt(String life) throws Exception {
    if (life.startsWith("sink.reseat")) {
      ground.ask(trial -> diesWhileItIsCopiedAgain(trial, life));
    } else {
      ground.ask(trial -> dies(trial, List.of(life.split(" ", -1))));
    }
  }

  /** The chunks that a resync reads while the log goes on. */
  @ParameterizedTest(name = "{0}")
  @Tag("chaos")
  @FieldSource("IN_A_RESYNC")
  void aDeathInAResyncAt(String moment) throws Exception {
    ground.ask(trial -> diesWhileItIsCopiedAgain(trial, moment));
  }

  static void dies(Trial trial, List<String> moments) throws Exception {
    String role = Failpoints.role(moments.getFirst());
    trial.start(role.equals("ingest") ? "sink" : "ingest", "");
    trial.start(role, moments.getFirst());
    try (Ledger ledger = trial.writer(moments.hashCode())) {
      for (String moment : moments) {
        if (!moment.equals(moments.getFirst())) {
          trial.start(role, moment);
        }
        awaitFault(trial, role, moment);
        topicsWhileItIsDead(trial, role);
      }
      trial.start(role, "");
      trial.awaitTransactions(ledger, 30);
    }
    Judgement.of(trial);
  }

  /** Tables are dropped from the copy, which waits for a resync that then dies on its way. */
  static void diesWhileItIsCopiedAgain(Trial trial, String moment) throws Exception {
    String role = Failpoints.role(moment);
    trial.start("ingest", "");
    trial.start("sink", "");
    try (Ledger ledger = trial.writer(moment.hashCode())) {
      trial.awaitTables();
      trial.start(role, moment);
      trial.copy().execute("DROP TABLE accounts, transfers");
      trial.awaitTransactions(ledger, 30);
      for (String table : Ledger.TABLES) {
        assertThat(trial.command("resync", "public." + table)).isZero();
      }
      awaitFault(trial, role, moment);
      topicsWhileItIsDead(trial, role);
      trial.start(role, "");
      trial.awaitTransactions(ledger, 30);
    }
    Judgement.of(trial);
  }

  private static void topicsWhileItIsDead(Trial trial, String role) {
    if (role.equals("ingest")) {
      Judgement.ofTopicsNow(trial);
    }
  }

  private static void awaitFault(Trial trial, String role, String moment) throws Exception {
    ForkedJvm victim = trial.worker(role);
    boolean stalls = moment.endsWith(":stall");
    try {
      Eventually.until(
          role + " is at " + moment,
          Duration.ofSeconds(60),
          () -> !victim.isAlive() || (stalls && victim.output().contains(Failpoint.STALLED)));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + trial.output(), e);
    }
    if (stalls) {
      // The rest of the process goes on for a moment.
      assertThat(victim.waitFor(Duration.ofSeconds(1))).isEmpty();
      trial.stop(role);
    } else {
      assertThat(victim.waitFor(Duration.ZERO)).as(trial.output()).hasValue(Failpoint.EXIT_CODE);
    }
  }
}
