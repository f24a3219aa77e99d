package io.rapidbyte.app.kill;

import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.ModuleSpec.Allow;
import io.rapidbyte.schemas.spec.ModuleSpec.Config;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.StateChange;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.Role;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A module over a stream's whole topic at one go, in memory and never killed: what came of the
 * killed one must be this.
 */
record Scratch(List<String> rows, Map<String, Long> state, long lastMillis) {
  /** Entries without those that had expired when the topic ended. */
  Map<String, Long> alive(Map<String, Long> entries) {
    Map<String, Long> alive = new TreeMap<>(entries);
    alive.values().removeIf(expires -> expires <= lastMillis);
    return alive;
  }

  /** What a module makes of a topic's committed records. */
  static Scratch of(String bootstrap, String topic, Path file, String config) {
    ModuleSpec spec =
        new ModuleSpec(
            file, new Config(new Secret(config), config), new Allow(true, List.of(), List.of()));
    Memory state = new Memory();
    StaleKeys stale = StaleKeys.inMemory();
    List<String> rows = new ArrayList<>();
    long[] last = {0};
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty());
        BufferAllocator allocator = new RootAllocator()) {
      for (ConsumerRecord<byte[], byte[]> record : read(bootstrap, topic)) {
        try (VectorSchemaRoot root = ArrowIpc.read(record.value(), allocator, 1 << 28)) {
          BatchView view = new BatchView(root);
          if (view.rows() == 0) {
            continue;
          }
          last[0] = view.timestamps().get(0) / 1_000;
          WasmTransform transform =
              new WasmTransform(
                  "scratch",
                  runtime,
                  PlacedModule.load(spec, Role.TRANSFORM, Limits.DEFAULT)
                      .setup(view.stream(), state, HttpDoor.CLOSED),
                  state,
                  GuestObserver.SILENT);
          try (Chain chain = new Chain(Shape.of(view), List.of(transform), allocator);
              Chain.Outcome outcome = chain.run(view, 1, false, stale)) {
            outcome.batches().forEach(each -> lines(new BatchView(each.root()), rows));
          }
        }
      }
    }
    return new Scratch(rows, state.entries(), last[0]);
  }

  /** The rows of a topic's committed records. */
  static List<String> rows(String bootstrap, String topic) {
    List<String> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator()) {
      for (ConsumerRecord<byte[], byte[]> record : read(bootstrap, topic)) {
        try (VectorSchemaRoot root = ArrowIpc.read(record.value(), allocator, 1 << 28)) {
          lines(new BatchView(root), rows);
        }
      }
    }
    return rows;
  }

  private static void lines(BatchView view, List<String> rows) {
    for (int row = 0; row < view.rows(); row++) {
      rows.add(
          (char) view.op(row).code()
              + " "
              + view.position(row)
              + " "
              + view.data().getFirst().getObject(row));
    }
  }

  /** What a changelog says that is kept: key and expiry, without the module's name. */
  static Map<String, Long> kept(String bootstrap, String changelog, String module) {
    Map<String, Long> kept = new TreeMap<>();
    int head = module.length() + 1;
    for (ConsumerRecord<byte[], byte[]> record : read(bootstrap, changelog)) {
      String key = hex(record.key(), head);
      if (record.value() == null) {
        kept.remove(key);
      } else {
        kept.put(key, ByteBuffer.wrap(record.value()).getLong());
      }
    }
    return kept;
  }

  private static String hex(byte[] key, int from) {
    return HexFormat.of().formatHex(key, from, key.length);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String bootstrap, String topic) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** State that can be looked at; nothing is taken out. */
  private static final class Memory implements GuestState {
    private final Map<String, StateChange.Put> entries = new HashMap<>();

    @Override
    public Optional<byte[]> get(byte[] key, long nowMillis) {
      return Optional.ofNullable(entries.get(hex(key, 0)))
          .filter(put -> put.expiresAtMillis() > nowMillis)
          .map(StateChange.Put::value);
    }

    @Override
    public void apply(List<StateChange> changes) {
      for (StateChange change : changes) {
        switch (change) {
          case StateChange.Put put -> entries.put(hex(put.key(), 0), put);
          case StateChange.Delete(byte[] key) -> entries.remove(hex(key, 0));
        }
      }
    }

    Map<String, Long> entries() {
      Map<String, Long> all = new TreeMap<>();
      entries.forEach((key, put) -> all.put(key, put.expiresAtMillis()));
      return all;
    }
  }
}
