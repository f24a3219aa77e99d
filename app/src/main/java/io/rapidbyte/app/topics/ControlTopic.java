package io.rapidbyte.app.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.control.ControlJson;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.spec.KafkaSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Where commands to a pipeline are written; whoever leads it reads them, now or when it starts. */
public final class ControlTopic {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final int WAIT_SECONDS = 20;

  private final String topic;
  private final KafkaSpec spec;
  private final Map<String, Object> kafka;

  /**
   * Connects nowhere yet.
   *
   * @param topic the control topic's name
   * @param kafka settings of every Kafka client
   */
  public ControlTopic(String topic, KafkaSpec spec, Map<String, Object> kafka) {
    this.topic = topic;
    this.spec = spec;
    this.kafka = Map.copyOf(kafka);
  }

  /** Writes a command; it is durable when this returns. */
  public void write(ResyncCommand command) {
    try {
      ensure();
      Map<String, Object> settings = new HashMap<>(kafka);
      settings.put(ProducerConfig.ACKS_CONFIG, "all");
      settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WAIT_SECONDS * 1000);
      settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000);
      settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 500);
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        byte[] key = command.id().getBytes(UTF_8);
        producer
            .send(new ProducerRecord<>(topic, 0, key, ControlJson.write(command)))
            .get(WAIT_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw Failure.config(
          "kafka",
          "Kafka at " + kafka.get("bootstrap.servers") + " did not take the command",
          "check kafka.bootstrap, its security properties, and that the broker runs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.config("interrupted", "stopped while writing the command", "");
    }
  }

  private void ensure() throws ExecutionException, InterruptedException, TimeoutException {
    try (Admin admin = Admin.create(kafka)) {
      Optional<Short> replication =
          Optional.ofNullable(spec.replication()).map(Integer::shortValue);
      NewTopic wanted =
          new NewTopic(topic, Optional.of(1), replication)
              .configs(
                  Map.of(
                      TopicConfig.RETENTION_MS_CONFIG,
                      Long.toString(RETENTION.toMillis()),
                      TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                      "LogAppendTime"));
      admin.createTopics(List.of(wanted)).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
