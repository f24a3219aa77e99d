package io.rapidbyte.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServersTest {
  @Test
  void postgresKeepsItsDataAndPortOverAKill() throws Exception {
    try (EmbeddedPostgres pg = EmbeddedPostgres.start()) {
      try (var connection = pg.connect();
          var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t AS SELECT 7 AS n");
      }
      pg.kill9();
      pg.restart();
      try (var connection = pg.connect();
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT n, current_setting('wal_level') FROM t")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(7);
        assertThat(rows.getString(2)).isEqualTo("logical");
      }
    }
  }

  @Test
  void kafkaKeepsItsTopicsOverARestart(@TempDir Path home) throws Exception {
    EmbeddedKafka.Options options = EmbeddedKafka.Options.defaults().in(home);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options);
        Admin admin = admin(kafka)) {
      admin.createTopics(java.util.List.of(new NewTopic("t", 1, (short) 1))).all().get();
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options);
        Admin admin = admin(kafka)) {
      assertThat(admin.listTopics().names().get()).contains("t");
      assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
          .containsKey("transaction.version");
    }
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()));
  }
}
