package io.rapidbyte.processor.stream;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * What a task remembers: in memory, with a changelog that commits with the outputs. Nothing of it
 * is on a local disk, so that losing one loses nothing, and processes of one home share nothing.
 */
final class Stores {
  /** Parts of values whose end has not come. */
  static final String PARTS = "parts";

  /** Keys whose newest row was not delivered. */
  static final String STALE = "stale";

  /** What modules keep. */
  static final String STATE = "state";

  private static final int SEGMENT = 64 * 1024 * 1024;

  private Stores() {}

  static StoreBuilder<KeyValueStore<byte[], byte[]>> builder(String name, int messageBytes) {
    return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
            org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(changelog(messageBytes));
  }

  /** Compacted soon: what is taken out of a store is not read again at each start. */
  private static Map<String, String> changelog(int messageBytes) {
    return Map.of(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(messageBytes),
        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(Math.max(SEGMENT, 2 * messageBytes)),
        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()),
        TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()));
  }
}
