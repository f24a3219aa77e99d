package io.rapidbyte.processor.stream;

import static io.rapidbyte.processor.stream.FedStream.PATIENCE;
import static io.rapidbyte.processor.stream.FedStream.header;
import static io.rapidbyte.processor.stream.FedStream.headers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.processor.stream.FedStream.Running;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modules in a stream's application on a real broker. */
final class ModuleProcessorTest {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleProcessorTest.class);
  private static final long SECOND = 1_000_000;

  private final FedStream stream;
  private int lsn = 5;

  ModuleProcessorTest() throws Exception {
    stream = new FedStream();
  }

  @AfterEach
  void close() {
    stream.close();
  }

  static Path guest(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ModuleProcessorTest.class.getResource("/guests/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String counting() {
    return "- { module: \"%s\", config: { count: 1 }, allow: { state: true } }"
        .formatted(guest("poisoned.wasm"));
  }

  private static String passing() {
    return "- { module: \"%s\", allow: { state: true } }".formatted(guest("poisoned.wasm"));
  }

  /** A record of inserts, committed so many seconds after the epoch. */
  private void insert(int partition, long seconds, String... names) throws Exception {
    TestBatch batch = TestBatch.at(stream.items, lsn++).committed(seconds * SECOND);
    for (String name : names) {
      batch.insert(Integer.toString(lsn * 100 + batch.rowCount()), name, "x");
    }
    stream.send(partition, headers(RecordKind.CHANGE, names.length, null, null), batch);
  }

  /** Names with what the module counted of them, of a partition's first records. */
  private List<String> counted(int partition, int records) {
    List<String> lines = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each :
        stream.read(stream.topic + ".out", partition, records)) {
      try (VectorSchemaRoot root = ArrowIpc.read(each.value(), stream.allocator, 1 << 26)) {
        BatchView view = new BatchView(root);
        for (int row = 0; row < view.rows(); row++) {
          lines.add(
              root.getVector("name").getObject(row) + "=" + root.getVector("seen").getObject(row));
        }
      }
    }
    return lines;
  }

  @Test
  void aRowThatTrapsGoesToTheDeadLettersWithWhatWasSaidAndTheRestPasses() throws Exception {
    insert(0, 1, "a", "b", "trap", "d", "e");
    try (Running _ = stream.run("- { project: [id, name] }\n" + passing())) {
      assertThat(stream.read(stream.topic + ".out", 0, 1))
          .singleElement()
          .satisfies(
              each -> {
                assertThat(header(each, "rb-rows")).isEqualTo("4");
                assertThat(header(each, "rb-module")).hasSize(64);
              });
      ConsumerRecord<byte[], byte[]> letter = stream.read(stream.topic + ".dlq", 0, 1).getFirst();
      assertThat(header(letter, "rb-code")).isEqualTo("module/trap");
      assertThat(new String(letter.value(), UTF_8))
          .contains("\"guest_output\":\"this row is too much\"")
          .contains("\"guest_stack\":\"trapped < ")
          .contains("transforms[1].module poisoned", "\"module\":\"poisoned\"");

      long began = System.nanoTime();
      insert(0, 2, "f");
      stream.read(stream.topic + ".out", 0, 2);
      LOG.info("the next record passed {} ms after", (System.nanoTime() - began) / 1_000_000);
    }
    assertThat(stream.stops).isEmpty();
  }

  @Test
  void eachBadRowOfABatchIsFoundAndWhatTheOthersKeepCountsOnce() throws Exception {
    insert(0, 1, "a", "trap", "b", "pointer", "a", "a", "gibibyte", "c", "recursion", "a", "b");
    try (Running _ = stream.run(counting())) {
      assertThat(counted(0, 1)).containsExactly("a=1", "b=1", "a=2", "a=3", "c=1", "a=4", "b=2");
      assertThat(stream.read(stream.topic + ".dlq", 0, 4))
          .extracting(each -> header(each, "rb-code"))
          .containsExactly(
              "module/trap", "module/bad-pointer", "module/emit-limit", "module/stack-exhausted");
      insert(0, 2, "a");
      assertThat(counted(0, 2)).endsWith("a=5");
    }
    assertThat(stream.stops).isEmpty();
  }

  @Test
  void stateOutlivesTheProcessAndItsDiskEndsWithAGenerationAndExpires() throws Exception {
    insert(0, 1, "a", "a", "b");
    try (Running _ = stream.run(counting())) {
      assertThat(counted(0, 1)).containsExactly("a=1", "a=2", "b=1");
    }
    insert(0, 2, "a", "poison is what traps", "a");
    TestBatch none = TestBatch.at(stream.items, lsn++);
    stream.send(0, headers(RecordKind.SCHEMA, 0, RecordHeaders.BEGIN, null), none);
    insert(0, 3, "a", "b");
    insert(0, 100, "b");
    // Another process, without the first one's disk: nothing but the broker remembers.
    try (Running _ = stream.run(counting(), "another")) {
      assertThat(counted(0, 5).subList(3, 9))
          .containsExactly("a=3", "poison is what traps=1", "a=4", "a=1", "b=1", "b=1");
    }
    assertThat(kept(0)).containsOnlyKeys("poisoned\0b");
    assertThat(stream.stops).isEmpty();
  }

  @Test
  @Tag("chaos")
  void stateMovesWithItsPartitionFromProcessToProcess() throws Exception {
    insert(0, 1, "b");
    insert(1, 1, "a");
    try (Running first = stream.run(counting(), "one")) {
      assertThat(counted(0, 1)).containsExactly("b=1");
      assertThat(counted(1, 1)).containsExactly("a=1");
      try (Running _ = stream.run(counting(), "two")) {
        for (int i = 2; i < 5; i++) {
          insert(0, i, "b");
          insert(1, i, "a");
        }
        assertThat(counted(0, 4)).endsWith("b=2", "b=3", "b=4");
        assertThat(counted(1, 4)).endsWith("a=2", "a=3", "a=4");
        first.stop();
        insert(0, 5, "b");
        insert(1, 5, "a");
        assertThat(counted(0, 5)).endsWith("b=5");
        assertThat(counted(1, 5)).endsWith("a=5");
      }
    }
    assertThat(stream.stops).isEmpty();
  }

  /** What a partition's changelog says that is kept. */
  private Map<String, Integer> kept(int partition) {
    String changelog = "shop.process.public." + stream.table + "-state-changelog";
    Map<String, Integer> kept = new TreeMap<>();
    Eventually.until(
        "the changelog's end",
        PATIENCE,
        () -> {
          kept.clear();
          for (ConsumerRecord<byte[], byte[]> each : stream.read(changelog, partition, 1)) {
            String key = new String(each.key(), UTF_8);
            if (each.value() == null) {
              kept.remove(key);
            } else {
              kept.put(key, each.value().length);
            }
          }
          return kept.size() == 1;
        });
    return kept;
  }

  @Test
  void aModuleThatIsNotThereStopsItsStreamWithTheMend() throws Exception {
    insert(0, 1, "a");
    try (Running _ = stream.run("- { module: no-such.wasm }")) {
      Eventually.until("it stops", PATIENCE, () -> !stream.stops.isEmpty());
    }
    assertThat(stream.stops.getFirst().code()).isEqualTo("module/unreadable");
    assertThat(stream.stops.getFirst().details())
        .containsEntry("transform", "transforms[0].module");
    assertThat(stream.stops.getFirst().fix()).contains("check the path");
  }
}
