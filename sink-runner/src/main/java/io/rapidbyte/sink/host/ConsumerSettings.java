package io.rapidbyte.sink.host;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The sink's consumers.
 *
 * @param client bootstrap servers and security
 * @param group the destination's
 * @param instance a name under which a restarted process is known at once; only where there can be
 *     but one process, for a second one of that name throws the first out
 */
record ConsumerSettings(Map<String, Object> client, String group, Optional<String> instance) {
  /**
   * The member of the destination's group.
   *
   * @param fetchBytes the most that a fetch brings, as compressed; but for a record that is larger
   * @param recordBytes the most that a record has when it is not: so many of them are taken out of
   *     a fetch at a time as have the size of a fetch, however small they were
   */
  KafkaConsumer<byte[], byte[]> groupMember(int fetchBytes, int recordBytes) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    instance.ifPresent(name -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name));
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // A process that was killed holds its partitions for so long.
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes / 2);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.max(4, fetchBytes / recordBytes));
    return consumer(settings, group);
  }

  /** A reader outside of any group. */
  KafkaConsumer<byte[], byte[]> reader() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return consumer(settings, group + ".schemas");
  }

  /** A reader of single records, outside of any group. */
  KafkaConsumer<byte[], byte[]> prober() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
    return consumer(settings, group);
  }

  private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings, String clientId) {
    settings.putAll(client);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
    settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
