package io.rapidbyte.ingest.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.topic.TopicNames;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.tls.TestAuthority;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that asks for SASL over TLS, with the right papers and with wrong ones. */
final class KafkaLoginTest {
  private static final String CANARY = "canary-91be";
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  @TempDir private static Path folder;
  private static TestAuthority authority;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() {
    authority = TestAuthority.create(folder.resolve("ours"));
    Path keys = authority.sign("broker", "ip:127.0.0.1").keyStore();
    kafka =
        EmbeddedKafka.start(
            EmbeddedKafka.Options.defaults()
                .with("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT")
                .with("sasl.enabled.mechanisms", "PLAIN")
                .with("sasl.mechanism.inter.broker.protocol", "PLAIN")
                .with(
                    "listener.name.plaintext.plain.sasl.jaas.config",
                    PLAIN
                        + " username=\"broker\" password=\"b\" user_broker=\"b\" user_rapidbyte=\""
                        + CANARY
                        + "\";")
                .with("ssl.keystore.type", "PKCS12")
                .with("ssl.keystore.location", keys.toString())
                .with("ssl.keystore.password", TestAuthority.PASSWORD)
                .with("ssl.truststore.type", "PKCS12")
                .with("ssl.truststore.location", authority.trustStore().toString())
                .with("ssl.truststore.password", TestAuthority.PASSWORD));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static Topics topics(String password, TestAuthority trusted) {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", kafka.bootstrap());
    client.put("security.protocol", "SASL_SSL");
    client.put("sasl.mechanism", "PLAIN");
    client.put(
        "sasl.jaas.config", PLAIN + " username=\"rapidbyte\" password=\"" + password + "\";");
    client.put("ssl.truststore.type", "PKCS12");
    client.put("ssl.truststore.location", trusted.trustStore().toString());
    client.put("ssl.truststore.password", TestAuthority.PASSWORD);
    return new Topics(
        new KafkaSettings(client, LimitSpec.DEFAULT), KafkaSpec.EMBEDDED, new TopicNames("login"));
  }

  @Test
  void takesWhatIsRight() {
    topics(CANARY, authority).ensureInternal();
    topics(CANARY, authority).ensureInternal();
  }

  @Test
  void refusesAWrongPassword() {
    refused(topics("wrong-" + CANARY, authority), "ingest/kafka-login");
  }

  @Test
  void refusesABrokerThatAnotherAuthoritySigned() {
    TestAuthority stranger = TestAuthority.create(folder.resolve("strangers"));
    refused(topics(CANARY, stranger), "ingest/kafka-tls");
  }

  private static void refused(Topics topics, String code) {
    RapidbyteException refusal =
        catchThrowableOfType(RapidbyteException.class, topics::ensureInternal);
    assertThat(refusal.error().code()).isEqualTo(code);
    assertThat(refusal.error().retryable()).isFalse();
    assertThat(refusal.error().toString()).contains("kafka.properties").doesNotContain(CANARY);
    assertThat(refusal.error().message()).doesNotContain("\n");
  }
}
