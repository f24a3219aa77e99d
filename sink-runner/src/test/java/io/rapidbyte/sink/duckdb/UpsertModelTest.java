package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.host.DeliveryFixture;
import io.rapidbyte.testkit.Seeds;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random logs, cut into groups at random, against a table that applies one change after another.
 */
final class UpsertModelTest {
  private static final int KEYS = 6;

  @TempDir Path directory;

  /** The table as it should be: key → name and large value. */
  private record Row(String name, String big) {}

  @Test
  void groupsHaveTheEffectOfTheirChangesInTurn() {
    try (BufferAllocator allocator = new RootAllocator();
        var destination =
            new DuckDbDestination("shop", "w", directory.resolve("w.duckdb"), allocator)) {
      destination.open();
      int[] table = {0};
      Seeds.forAll(
          12,
          random -> {
            StreamSchema stream = TestStream.simple("public", "t" + table[0]++);
            Map<Integer, Row> model = new TreeMap<>();
            try (var delivery =
                new DeliveryFixture(destination, stream, OnDataError.FAIL, allocator)) {
              for (int group = 0; group < 6; group++) {
                delivery.apply(batches(stream, model, group, random));
              }
            }
            assertThat(rows(destination, stream)).isEqualTo(expected(model));
          });
    }
  }

  private static List<TestBatch> batches(
      StreamSchema stream, Map<Integer, Row> model, int group, RandomGenerator random) {
    List<TestBatch> batches = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int b = 0; b < count; b++) {
      TestBatch batch = TestBatch.at(stream, 10L * group + b + 1);
      int changes = 1 + random.nextInt(8);
      for (int i = 0; i < changes; i++) {
        change(batch, model, random, group + "." + b + "." + i);
      }
      batches.add(batch);
    }
    return batches;
  }

  private static void change(
      TestBatch batch, Map<Integer, Row> model, RandomGenerator random, String label) {
    int key = random.nextInt(KEYS);
    Row row = model.get(key);
    String id = Integer.toString(key);
    if (row == null) {
      model.put(key, new Row(label, "big " + label));
      batch.insert(id, label, "big " + label);
      return;
    }
    boolean keepsName = random.nextInt(4) == 0;
    boolean keepsBig = random.nextBoolean();
    Row next = new Row(keepsName ? row.name() : label, keepsBig ? row.big() : "big " + label);
    String name = keepsName ? UNCHANGED : next.name();
    String big = keepsBig ? UNCHANGED : next.big();
    int other = random.nextInt(KEYS);
    switch (random.nextInt(4)) {
      case 0 -> {
        model.remove(key);
        batch.delete(id);
      }
      case 1 -> {
        if (!model.containsKey(other)) {
          model.remove(key);
          model.put(other, next);
          batch.keyChange(id, Integer.toString(other), name, big);
        }
      }
      default -> {
        model.put(key, next);
        batch.update(id, name, big);
      }
    }
  }

  private static List<List<String>> expected(Map<Integer, Row> model) {
    List<List<String>> rows = new ArrayList<>();
    model.forEach((key, row) -> rows.add(List.of(Integer.toString(key), row.name(), row.big())));
    return rows;
  }

  private static Object rows(DuckDbDestination destination, StreamSchema stream) {
    return destination
        .query(
            "SELECT id, name, big FROM w." + stream.table().quoted() + " ORDER BY id",
            1_000,
            Duration.ofSeconds(20))
        .rows();
  }
}
