package io.rapidbyte.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedKafkaTest {
  @Test
  void kafkaKeepsItsTopicsOverARestart(@TempDir Path home) throws Exception {
    EmbeddedKafka.Options options = EmbeddedKafka.Options.defaults().in(home);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options);
        Admin admin = admin(kafka)) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options);
        Admin admin = admin(kafka)) {
      assertThat(admin.listTopics().names().get()).contains("t");
      assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
          .containsKey("transaction.version");
    }
  }

  @Test
  void aPortInUseIsNamedWithItsMend() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedKafka.Options options = EmbeddedKafka.Options.defaults().onPort(taken.getLocalPort());
      assertThatThrownBy(() -> EmbeddedKafka.start(options))
          .isInstanceOf(RapidbyteException.class)
          .hasMessageContaining("kafka/port-in-use")
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void aDirectoryInUseIsNamed(@TempDir Path home) {
    EmbeddedKafka.Options options = EmbeddedKafka.Options.defaults().in(home).withFsync();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
      assertThat(kafka.directory()).isEqualTo(home);
      assertThatThrownBy(() -> EmbeddedKafka.start(options))
          .isInstanceOf(RapidbyteException.class)
          .hasMessageContaining(home.toString());
    }
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()));
  }
}
