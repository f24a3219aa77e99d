package io.rapidbyte.app.broker;

import io.rapidbyte.schemas.spec.KafkaSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline's clients reach Kafka: the user's own, or the home's broker while this is open.
 */
public final class KafkaClients implements AutoCloseable {
  private final Map<String, Object> settings;
  private final @Nullable HomeBroker broker;

  private KafkaClients(Map<String, Object> settings, @Nullable HomeBroker broker) {
    this.settings = settings;
    this.broker = broker;
  }

  /** Settings for a spec; starts or joins the home's broker where the spec names none. */
  public static KafkaClients open(KafkaSpec spec, Home home) {
    Map<String, Object> settings = new LinkedHashMap<>();
    spec.properties().forEach((name, value) -> settings.put(name, value.reveal()));
    String bootstrap = spec.bootstrap();
    if (bootstrap != null) {
      settings.put("bootstrap.servers", bootstrap);
      return new KafkaClients(settings, null);
    }
    HomeBroker broker = HomeBroker.open(home);
    settings.put("bootstrap.servers", broker.bootstrap());
    return new KafkaClients(settings, broker);
  }

  /** {@code bootstrap.servers} and security, for every client; holds secrets. */
  public Map<String, Object> settings() {
    return Map.copyOf(settings);
  }

  /** The address, for people. */
  public String bootstrap() {
    return String.valueOf(settings.get("bootstrap.servers"));
  }

  /** The home's broker, where it is that. */
  public Optional<HomeBroker> broker() {
    return Optional.ofNullable(broker);
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }
}
