package io.rapidbyte.processor.stream;

import java.util.Map;
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

  private Stores() {}

  static StoreBuilder<KeyValueStore<byte[], byte[]>> builder(String name, int messageBytes) {
    return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
            org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of("max.message.bytes", Integer.toString(messageBytes)));
  }
}
