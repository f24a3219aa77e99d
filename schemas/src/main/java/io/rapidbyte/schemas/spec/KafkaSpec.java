package io.rapidbyte.schemas.spec;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code kafka}.
 *
 * @param bootstrap null for the embedded broker
 * @param properties for every client, as in Kafka's own documentation; values may be secrets
 * @param retention of stream topics
 * @param replication replication factor of created topics; null for the broker's default
 */
public record KafkaSpec(
    @Nullable String bootstrap,
    Map<String, Secret> properties,
    Duration retention,
    @Nullable Integer replication) {
  public KafkaSpec {
    properties = Map.copyOf(properties);
  }

  /** What holds where the file is silent. */
  public static final KafkaSpec EMBEDDED = new KafkaSpec(null, Map.of(), Duration.ofDays(7), null);
}
