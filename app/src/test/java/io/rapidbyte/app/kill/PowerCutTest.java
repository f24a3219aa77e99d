package io.rapidbyte.app.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.worker.LivePipeline;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.power.FsyncAgent;
import io.rapidbyte.testkit.power.PowerLoss;
import io.rapidbyte.testkit.shop.Shop;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes while a process with every role writes: after kill -9 the logs of the home's
 * broker are cut to what their last fsync had made durable.
 */
final class PowerCutTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path home;

  @Test
  @Tag("chaos")
  void losesNothingThatWasConfirmed() throws Exception {
    Path journal = home.resolve("fsyncs");
    try (LivePipeline pipeline =
        new LivePipeline(home, EmbeddedPostgres.Options.defaults())
            .declare("streams: [ { table: public.* } ]\n")) {
      try (Connection shop = pipeline.postgres().connect("source")) {
        Shop.create(shop, 5_000);
      }
      try (ShopWriter writer =
          ShopWriter.start(pipeline.postgres().connect("source"), 1, 2_000, 1_000)) {
        for (int cut = 0; cut < 5; cut++) {
          String before = newest(pipeline);
          start(pipeline, journal);
          Eventually.until("the copy goes on", PATIENCE, () -> !newest(pipeline).equals(before));
          long until = writer.committedChanges() + 1_000 + 700L * cut;
          Eventually.until("more changes", PATIENCE, () -> writer.committedChanges() > until);
          pipeline.stop();
          PowerLoss.strike(journal, home.resolve("kafka"), ".log");
        }
      }
      start(pipeline, journal);
      for (String table : Shop.TABLES) {
        Eventually.until(
            table + " is in sync", PATIENCE, () -> pipeline.compareCopy(table).inSync());
      }
      TopicReport report =
          new TopicOracle(pipeline.bootstrap()).read(topics(), Duration.ofSeconds(20));
      assertThat(report.violations()).isEmpty();
      assertThat(report.gaps()).isEmpty();
      awaitWarehouse(pipeline, journal);
    }
  }

  private void start(LivePipeline pipeline, Path journal) {
    String agent = FsyncAgent.flag(home, journal);
    pipeline.start(
        options ->
            options.heap("512m").flag(agent).flag("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"));
  }

  /** The newest position that the copy has; empty where there is no table yet. */
  private static String newest(LivePipeline pipeline) {
    try {
      return pipeline.one("copy", "SELECT max(_rb_lsn) FROM public.orders");
    } catch (SQLException _) {
      return "";
    }
  }

  private void awaitWarehouse(LivePipeline pipeline, Path journal) {
    Eventually.until(
        "the warehouse is in sync",
        PATIENCE,
        () -> {
          // DuckDB lets one process open the file: the worker makes room for the look.
          assertThat(pipeline.terminate()).hasValue(0);
          for (String table : Shop.TABLES) {
            if (!pipeline.compareWarehouse(table).inSync()) {
              start(pipeline, journal);
              return false;
            }
          }
          return true;
        });
  }

  private static List<String> topics() {
    return Shop.TABLES.stream().map(table -> "live.public." + table).toList();
  }
}
