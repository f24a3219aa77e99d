package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.net.FaultProxy;
import io.rapidbyte.testkit.oracle.TopicReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything at once, by a seed: processes killed, connections cut, held and half open, columns
 * added and dropped, keys changed, tables copied again, while the ledger writes. It ends in sync.
 *
 * <p>{@code -Dseed=N} repeats one; {@code -Dchaos.minutes} says how long.
 */
@Tag("chaos")
final class ChaosTest {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosTest.class);
  private static final List<String> ALTERED = List.of("accounts", "transfers");

  static LongStream seeds() {
    Long one = Long.getLong("seed");
    return one == null ? LongStream.of(1, 2, 3) : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void endsInSync(long seed) throws Exception {
    try (TrialGround ground = TrialGround.open();
        Roads roads = new Roads(ground.postgres().port())) {
      ground.ask(roads::lead, trial -> new Day(trial, roads, seed).pass());
    }
  }

  /** One run. */
  private static final class Day {
    private final Trial trial;
    private final Roads roads;
    private final RandomGenerator random;
    private final List<String> events = new ArrayList<>();
    private final List<String> added = new ArrayList<>();
    private final long seed;

    Day(Trial trial, Roads roads, long seed) {
      this.trial = trial;
      this.roads = roads;
      this.seed = seed;
      this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    void pass() throws Exception {
      trial.start("ingest", "");
      trial.start("sink", "");
      try (Ledger ledger = trial.writer(seed)) {
        trial.awaitTables();
        long end =
            System.nanoTime() + Duration.ofMinutes(Long.getLong("chaos.minutes", 10)).toNanos();
        while (System.nanoTime() < end) {
          event();
          pause(500 + random.nextInt(6_000));
        }
        assertThat(ledger.hasFailed()).isFalse();
      } finally {
        roads.all().forEach(FaultProxy::heal);
      }
      try {
        TopicReport report = Judgement.of(trial);
        LOG.info(
            "seed {}: {} events, {} changes in {} transactions, generations {}",
            seed,
            events.size(),
            report.totalChanges(),
            report.transactions(),
            report.generations());
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", " + events + "\n" + e.getMessage(), e);
      }
    }

    private void event() throws SQLException {
      switch (random.nextInt(9)) {
        case 0, 1 -> kill("ingest");
        case 2, 3 -> kill("sink");
        case 4 -> network();
        case 5 -> addColumn();
        case 6 -> dropColumn();
        case 7 -> resync();
        default -> {
          kill("sink");
          kill("ingest");
        }
      }
    }

    private void kill(String role) {
      events.add("kill " + role);
      trial.stop(role);
      trial.start(role, "");
    }

    private void network() {
      FaultProxy proxy = roads.all().get(random.nextInt(roads.all().size()));
      switch (random.nextInt(3)) {
        case 0 -> {
          events.add("cut");
          proxy.cut();
        }
        case 1 -> {
          events.add("half open");
          proxy.halfOpen();
        }
        default -> {
          events.add("held");
          proxy.blackHole();
          pause(1_000 + random.nextInt(8_000));
          proxy.heal();
        }
      }
    }

    private void addColumn() throws SQLException {
      String table = ALTERED.get(random.nextInt(ALTERED.size()));
      String column = "c" + events.size();
      alter("ALTER TABLE " + table + " ADD COLUMN " + column + " text");
      added.add(table + " " + column);
      alter(
          "UPDATE %s SET %s = 'x' || id WHERE id %% 7 = %d"
              .formatted(table, column, random.nextInt(7)));
    }

    private void dropColumn() throws SQLException {
      if (!added.isEmpty()) {
        String[] column = added.remove(random.nextInt(added.size())).split(" ", -1);
        alter("ALTER TABLE " + column[0] + " DROP COLUMN " + column[1]);
      }
    }

    /** The ledger and this may wait for each other; the loser has changed nothing. */
    private void alter(String sql) throws SQLException {
      try {
        trial.source().execute(sql);
        events.add(sql);
      } catch (SQLException e) {
        if (!"40P01".equals(e.getSQLState())) {
          throw e;
        }
      }
    }

    private void resync() {
      String table = trial.tables().get(random.nextInt(trial.tables().size()));
      int code = trial.command("resync", "public." + table);
      events.add("resync " + table + " answered " + code);
    }

    private static void pause(long millis) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }
}
