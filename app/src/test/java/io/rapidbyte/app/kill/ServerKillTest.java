package io.rapidbyte.app.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.kill.KilledPipeline.Setup;
import io.rapidbyte.app.kill.KilledPipeline.Worker;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.kafka.ForkedBroker;
import io.rapidbyte.testkit.kafka.ForkedCluster;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers around the pipeline killed with -9 while the shop writes: nothing lost or twice. */
final class ServerKillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<Integer> BROKERS = List.of(1, 2, 3);

  @TempDir private Path home;

  @Test
  @Tag("chaos")
  void survivesSixDeathsOfPostgres() throws Exception {
    int times = 6;
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        KilledPipeline pipeline = new KilledPipeline(Setup.of(kafka.bootstrap(), home, 10_000))) {
      pipeline.start(Worker.INGEST, "");
      pipeline.start(Worker.SINK, "");
      pipeline.awaitCopy();
      for (int i = 0; i < times; i++) {
        ShopWriter writer = pipeline.writer(i, 1_500);
        awaitChanges(writer, 2_000 + 1_000 * i);
        pipeline.postgres().kill9();
        closeBroken(writer);
        pipeline.postgres().restart();
      }
      try (ShopWriter writer = pipeline.writer(times, 1_500)) {
        awaitChanges(writer, 2_000);
      }
      KillTest.judged(kafka.bootstrap(), pipeline);
    }
  }

  /** Its connection went with the server; what it committed counts by what the source holds. */
  private static void closeBroken(ShopWriter writer) throws Exception {
    try {
      writer.close();
    } catch (IllegalStateException e) {
      assertThat(writer.failure()).isPresent();
    }
  }

  private static void awaitChanges(ShopWriter writer, long more) {
    long until = writer.committedChanges() + more;
    Eventually.until(
        "more changes",
        PATIENCE,
        () -> writer.failure().isPresent() || writer.committedChanges() > until);
    assertThat(writer.failure()).isEmpty();
  }

  /** The home's broker lives in the worker that came first; the other takes it over. */
  @Test
  @Tag("chaos")
  void survivesDeathsOfTheHomesBroker() throws Exception {
    try (KilledPipeline pipeline = new KilledPipeline(Setup.of("", home, 10_000))) {
      pipeline.start(Worker.INGEST, "");
      Eventually.until("a broker", PATIENCE, () -> Files.exists(address()));
      pipeline.start(Worker.SINK, "");
      try (ShopWriter writer = pipeline.writer(1, 1_000)) {
        for (int i = 0; i < 6; i++) {
          awaitChanges(writer, 4_000);
          if (i % 3 == 2) {
            pipeline.kill(Worker.SINK);
            pipeline.kill(Worker.INGEST);
            pipeline.start(Worker.SINK, "");
            pipeline.start(Worker.INGEST, "");
          } else {
            Worker owner = i % 2 == 0 ? Worker.INGEST : Worker.SINK;
            pipeline.kill(owner);
            awaitChanges(writer, 2_000);
            pipeline.start(owner, "");
          }
        }
      }
      KillTest.judged(pipeline.bootstrap(), pipeline);
    }
  }

  private Path address() {
    return home.resolve("broker.address");
  }

  @Test
  @Tag("chaos")
  void survivesDeathsOfBrokersOfACluster() throws Exception {
    ofACluster(
        1_000,
        (cluster, writer) -> {
          awaitChanges(writer, 4_000);
          for (int round = 0; round < 2; round++) {
            restarted(cluster, writer, leaderOf(cluster, "kill.public.order_items"));
            restarted(cluster, writer, coordinator(cluster));
          }
          BROKERS.forEach(id -> cluster.broker(id).kill9());
          awaitChanges(writer, 5_000);
          BROKERS.forEach(id -> cluster.broker(id).start());
          cluster.awaitAll();
          awaitChanges(writer, 4_000);
        });
  }

  private static void restarted(ForkedCluster cluster, ShopWriter writer, int id) {
    cluster.broker(id).kill9();
    awaitChanges(writer, 8_000);
    cluster.broker(id).start();
    cluster.awaitAll();
    awaitChanges(writer, 4_000);
  }

  /** Each broker in turn, first cleanly, then with -9; two of three are always there. */
  @Test
  @Tag("chaos")
  void survivesARollingRestartOfACluster() throws Exception {
    ofACluster(
        800,
        (cluster, writer) -> {
          for (int id : BROKERS) {
            ForkedBroker broker = cluster.broker(id);
            broker.terminate();
            Eventually.until("a broker has stopped", PATIENCE, () -> !broker.isAlive());
            awaitChanges(writer, 2_000);
            broker.start();
            cluster.awaitAll();
            awaitChanges(writer, 4_000);
          }
          for (int id : BROKERS) {
            restarted(cluster, writer, id);
          }
        });
  }

  /** What happens to brokers while the shop writes. */
  private interface Deaths {
    void of(ForkedCluster cluster, ShopWriter writer) throws Exception;
  }

  private void ofACluster(int changesPerSecond, Deaths deaths) throws Exception {
    try (ForkedCluster cluster = ForkedCluster.start(BROKERS.size());
        KilledPipeline pipeline = new KilledPipeline(Setup.of(cluster.bootstrap(), home, 10_000))) {
      pipeline.start(Worker.INGEST, "");
      pipeline.start(Worker.SINK, "");
      pipeline.awaitCopy();
      try (ShopWriter writer = pipeline.writer(1, changesPerSecond)) {
        deaths.of(cluster, writer);
      }
      KillTest.judged(cluster.bootstrap(), pipeline);
    }
  }

  private static int leaderOf(ForkedCluster cluster, String topic) throws Exception {
    try (Admin admin = admin(cluster)) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .values()
          .iterator()
          .next()
          .partitions()
          .getFirst()
          .leader()
          .id();
    }
  }

  private static int coordinator(ForkedCluster cluster) throws Exception {
    try (Admin admin = admin(cluster)) {
      TransactionDescription transaction =
          admin
              .describeTransactions(List.of("kill.ingest"))
              .description("kill.ingest")
              .get(30, TimeUnit.SECONDS);
      return transaction.coordinatorId();
    }
  }

  private static Admin admin(ForkedCluster cluster) {
    return Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
  }
}
