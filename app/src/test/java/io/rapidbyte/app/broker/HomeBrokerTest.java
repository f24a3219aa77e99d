package io.rapidbyte.app.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.KafkaSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One broker a home, whoever asks for it. */
final class HomeBrokerTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void keepsPortAndTopicsFromOneOwnerToTheNext() throws Exception {
    Home home = new Home(folder);
    // Nobody else takes this one while there is no owner, as others take the first that is free.
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(home.address(), "127.0.0.1:" + free.getLocalPort() + "\n1\n", UTF_8);
    }
    String address;
    try (HomeBroker broker = HomeBroker.open(home)) {
      address = broker.bootstrap();
      createTopic(address, "kept");
    }
    try (KafkaClients kafka = KafkaClients.open(KafkaSpec.EMBEDDED, home)) {
      assertThat(kafka.bootstrap()).isEqualTo(address);
      assertThat(topics(address)).contains("kept");
    }
  }

  @Test
  void isJoinedByThoseWhoComeLater() {
    Home home = new Home(folder);
    try (HomeBroker owner = HomeBroker.open(home);
        HomeBroker guest = HomeBroker.open(home)) {
      assertThat(owner.isOwner()).isTrue();
      assertThat(guest.isOwner()).isFalse();
      assertThat(guest.bootstrap()).isEqualTo(owner.bootstrap());
    }
  }

  @Test
  void takesAnotherPortWhereItsOwnIsTaken() throws IOException {
    Home home = new Home(folder);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(home.address(), "127.0.0.1:" + taken.getLocalPort() + "\n1\n", UTF_8);
      try (HomeBroker broker = HomeBroker.open(home)) {
        assertThat(broker.bootstrap()).isNotEqualTo("127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  @Test
  void startsOverAnAddressAndALockThatADeadOwnerLeft() throws IOException {
    Home home = new Home(folder);
    Files.writeString(home.lock(), "", UTF_8);
    Files.writeString(home.address(), "127.0.0.1:1\n999999\n", UTF_8);
    try (HomeBroker broker = HomeBroker.open(home)) {
      assertThat(broker.isOwner()).isTrue();
    }
  }

  @Test
  void saysWhatToDoWhereTheFolderCannotBeUsed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "", UTF_8);
    assertThatThrownBy(() -> HomeBroker.open(new Home(file)))
        .isInstanceOf(RapidbyteException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("--home");
  }

  private static void createTopic(String bootstrap, String name)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
  }

  private static Set<String> topics(String bootstrap)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      return admin.listTopics().names().get();
    }
  }
}
