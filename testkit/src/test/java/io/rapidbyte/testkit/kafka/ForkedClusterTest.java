package io.rapidbyte.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ForkedClusterTest {
  @Test
  void aBrokerKilledComesBackWithItsTopics() throws Exception {
    survivesKills(1);
  }

  @Test
  @Tag("chaos")
  void threeBrokersKilledComeBackWithTheirTopics() throws Exception {
    survivesKills(3);
  }

  private static void survivesKills(int count) throws Exception {
    try (ForkedCluster cluster = ForkedCluster.start(count);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) count))).all().get();
      for (int id = 1; id <= count; id++) {
        cluster.broker(id).kill9();
        assertThat(cluster.broker(id).isAlive()).isFalse();
      }
      for (int id = 1; id <= count; id++) {
        cluster.broker(id).start();
      }
      cluster.awaitAll();
      assertThat(admin.listTopics().names().get()).contains("t");
    }
  }
}
