package io.rapidbyte.app.reliability;

import io.rapidbyte.testkit.net.FaultProxy;
import io.rapidbyte.testkit.net.FaultProxy.Direction;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The network between two of the three misbehaves: what was on its way comes once, or again. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NetworkTest {
  private final TrialGround ground = TrialGround.open();
  private final Roads roads = new Roads(ground.postgres().port());

  @AfterAll
  void stop() {
    roads.close();
    ground.close();
  }

  /** Between the pipeline and which of the three. */
  enum Road {
    SOURCE,
    KAFKA,
    COPY
  }

  /** How the network is, and for how long. */
  enum Weather {
    LATENCY(10, proxy -> proxy.latency(Duration.ofMillis(60))),
    CUT(1, FaultProxy::cut),
    REFUSED(
        8,
        proxy -> {
          proxy.refuse();
          proxy.cut();
        }),
    HELD(12, FaultProxy::blackHole),
    HELD_TO_THE_SERVER(12, proxy -> proxy.blackHole(Direction.TO_SERVER)),
    HELD_TO_THE_CLIENT(12, proxy -> proxy.blackHole(Direction.TO_CLIENT)),
    HELD_BEYOND_TIMEOUTS(100, FaultProxy::blackHole),
    HALF_OPEN(1, FaultProxy::halfOpen);

    private final int seconds;

    @SuppressWarnings("ImmutableEnumChecker") // no consumer here holds anything
    private final Consumer<FaultProxy> strike;

    Weather(int seconds, Consumer<FaultProxy> strike) {
      this.seconds = seconds;
      this.strike = strike;
    }
  }

  static Stream<Arguments> everywhere() {
    return Arrays.stream(Road.values())
        .flatMap(
            road -> Arrays.stream(Weather.values()).map(weather -> Arguments.of(road, weather)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everywhere")
  void bad(Road road, Weather weather) throws Exception {
    FaultProxy proxy =
        switch (road) {
          case SOURCE -> roads.toSource();
          case KAFKA -> roads.toKafka();
          case COPY -> roads.toCopy();
        };
    ground.ask(roads::lead, trial -> goesOn(trial, proxy, weather));
  }

  private static void goesOn(Trial trial, FaultProxy proxy, Weather weather) throws Exception {
    trial.start("ingest", "");
    trial.start("sink", "");
    try (Ledger ledger = trial.writer(1)) {
      trial.awaitTables();
      trial.awaitTransactions(ledger, 50);
      weather.strike.accept(proxy);
      long end = System.nanoTime() + Duration.ofSeconds(weather.seconds).toNanos();
      while (System.nanoTime() < end) {
        trial.awaitTransactions(ledger, 10);
      }
      proxy.heal();
      trial.awaitTransactions(ledger, 50);
    } finally {
      proxy.heal();
    }
    Judgement.of(trial);
  }
}
