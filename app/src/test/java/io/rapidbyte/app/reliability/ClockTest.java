package io.rapidbyte.app.reliability;

import io.rapidbyte.app.worker.LivePipeline;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import io.rapidbyte.testkit.shop.Shop;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock is a day off, or jumps by a day: nothing lost, nothing twice, nothing hangs. */
@Tag("chaos")
final class ClockTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofDays(1),
          Duration.ZERO,
          Duration.ofDays(-1),
          Duration.ofDays(1),
          Duration.ofDays(-1),
          Duration.ZERO);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void isADayOff(int days) throws Exception {
    WallClock clock = WallClock.build(directory);
    clock.off(Duration.ofDays(days));
    ofWorkers(
        clock,
        (trial, ledger) -> {
          trial.awaitTransactions(ledger, 100);
          trial.start("ingest", "");
          trial.awaitTransactions(ledger, 50);
        });
  }

  @Test
  void jumpsWhileWorkersRun() throws Exception {
    WallClock clock = WallClock.build(directory);
    ofWorkers(
        clock,
        (trial, ledger) -> {
          for (Duration off : JUMPS) {
            trial.awaitTransactions(ledger, 50);
            clock.off(off);
            String before = newest(trial);
            trial.await("it goes on", () -> !newest(trial).equals(before));
          }
        });
  }

  /** What happens while the ledger writes. */
  private interface Times {
    void pass(Trial trial, Ledger ledger) throws Exception;
  }

  private static void ofWorkers(WallClock clock, Times times) throws Exception {
    try (TrialGround ground = TrialGround.open()) {
      ground.ask(
          direct -> direct.with(direct.shape().within(clock.environment())),
          trial -> {
            trial.start("ingest", "");
            trial.start("sink", "");
            try (Ledger ledger = trial.writer(1)) {
              trial.awaitTables();
              times.pass(trial, ledger);
            }
            Judgement.of(trial);
          });
    }
  }

  private static String newest(Trial trial) throws Exception {
    return trial.copy().query("SELECT max(id) FROM transfers");
  }

  /** The home's broker is in the process whose clock jumps. */
  @Test
  void jumpsWithTheBroker() throws Exception {
    WallClock clock = WallClock.build(directory);
    try (LivePipeline pipeline =
        new LivePipeline(directory, EmbeddedPostgres.Options.defaults())
            .declare("streams: [ { table: public.* } ]\n")) {
      try (Connection shop = pipeline.postgres().connect("source")) {
        Shop.create(shop, 5_000);
      }
      pipeline.start(options -> in(clock, options));
      awaitCopy(pipeline);
      try (ShopWriter writer =
          ShopWriter.start(pipeline.postgres().connect("source"), 1, 2_000, 500)) {
        for (Duration off : JUMPS) {
          awaitChanges(writer);
          clock.off(off);
          String before = newest(pipeline);
          Eventually.until("it goes on", PATIENCE, () -> !newest(pipeline).equals(before));
        }
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
      }
      awaitCopy(pipeline);
    }
  }

  private static ForkedJvm.Options in(WallClock clock, ForkedJvm.Options options) {
    ForkedJvm.Options all = options.heap("512m").flag("-XX:TieredStopAtLevel=1");
    for (Map.Entry<String, String> each : clock.environment().entrySet()) {
      all = all.withEnvironment(each.getKey(), each.getValue());
    }
    return all;
  }

  private static void awaitCopy(LivePipeline pipeline) {
    try {
      for (String table : Shop.TABLES) {
        Eventually.until(
            table + " is in sync", PATIENCE, () -> pipeline.compareCopy(table).inSync());
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
    }
  }

  private static void awaitChanges(ShopWriter writer) {
    long until = writer.committedChanges() + 1_500;
    Eventually.until("more changes", PATIENCE, () -> writer.committedChanges() > until);
  }

  private static String newest(LivePipeline pipeline) throws Exception {
    return pipeline.one("copy", "SELECT max(_rb_lsn) FROM public.orders");
  }
}
