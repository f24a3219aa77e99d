package io.rapidbyte.sink.postgres;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.testkit.Seeds;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** Random changes in random groups leave what one change after another would. */
final class ModelTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");

  /** The table as the log says it is, and what is said of it. */
  private static final class Source {
    private final RandomGenerator random;
    private final Map<Integer, String> rows = new TreeMap<>();
    private final List<Harness.Planned> steps = new ArrayList<>();
    private final List<TestBatch> batches = new ArrayList<>();
    private final Set<Integer> touched = new HashSet<>();
    private long lsn;
    private TestBatch batch = TestBatch.at(ITEMS, 1);

    Source(RandomGenerator random) {
      this.random = random;
    }

    Harness.Planned[] group(int changes) {
      steps.clear();
      for (int i = 0; i < changes; i++) {
        change();
        if (random.nextInt(500) == 0) {
          endBatch();
        }
      }
      endStep();
      return steps.toArray(Harness.Planned[]::new);
    }

    private void change() {
      int key = random.nextInt(3000);
      String text = Integer.toString(random.nextInt(1_000_000));
      if (!rows.containsKey(key)) {
        batch.insert(Integer.toString(key), text, "big " + text);
        rows.put(key, text + "|big " + text);
      } else if (random.nextInt(4) == 0) {
        batch.delete(Integer.toString(key));
        rows.remove(key);
      } else if (random.nextInt(6) == 0) {
        changeKey(key, text);
        return;
      } else if (random.nextBoolean()) {
        batch.update(Integer.toString(key), text, UNCHANGED);
        rows.merge(key, "", (old, x) -> text + old.substring(old.indexOf('|')));
      } else {
        batch.update(Integer.toString(key), text, "huge " + text);
        rows.put(key, text + "|huge " + text);
      }
      touched.add(key);
    }

    /** The host ends a step before a key change whose old key the step has touched. */
    private void changeKey(int key, String text) {
      int other = random.nextInt(3000);
      if (rows.containsKey(other)) {
        return;
      }
      if (touched.contains(key)) {
        endStep();
      }
      batch.keyChange(Integer.toString(key), Integer.toString(other), text, UNCHANGED);
      String old = Objects.requireNonNull(rows.remove(key));
      rows.put(other, text + old.substring(old.indexOf('|')));
      touched.add(key);
      touched.add(other);
    }

    private void endBatch() {
      if (batch.rowCount() > 0) {
        batches.add(batch);
      }
      batch = TestBatch.at(ITEMS, ++lsn);
    }

    private void endStep() {
      endBatch();
      if (!batches.isEmpty()) {
        steps.add(Harness.rows(batches.toArray(TestBatch[]::new)));
      }
      batches.clear();
      touched.clear();
    }

    List<String> expected() {
      List<String> all = new ArrayList<>();
      rows.forEach((key, row) -> all.add(key + "|" + row));
      return all;
    }
  }

  private static void run(TargetDatabase database, RandomGenerator random) {
    database.execute("DROP SCHEMA IF EXISTS _rapidbyte CASCADE; DROP TABLE IF EXISTS items");
    Source source = new Source(random);
    try (BufferAllocator allocator = new RootAllocator();
        PostgresDestination destination = database.destination()) {
      destination.open();
      try (StreamWriter writer =
          destination.writer(new StreamTarget(ITEMS.table(), WriteMode.UPSERT, 1))) {
        Harness harness =
            new Harness(writer, new PartitionId("shop.items", 0, "c", "t"), allocator);
        for (int group = 0; group < 8; group++) {
          int changes = random.nextInt(10) < 3 ? 1 + random.nextInt(20) : random.nextInt(2000);
          assertThat(harness.apply(source.group(changes))).isEqualTo(new Applied.Committed());
        }
      }
    }
    List<String> found =
        database.query("SELECT id || '|' || name || '|' || big FROM items ORDER BY id").stream()
            .map(row -> String.valueOf(row.getFirst()))
            .toList();
    assertThat(found).isEqualTo(source.expected());
  }

  @Test
  void groupsLeaveWhatSingleChangesWould() {
    try (TargetDatabase database = TargetDatabase.create()) {
      Seeds.forAll(6, random -> run(database, random));
    }
  }

  @Test
  void theOldestServerDoesTheSame() {
    EmbeddedPostgres.Options oldest =
        EmbeddedPostgres.Options.defaults().version(PostgresVersion.V14);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(oldest);
        TargetDatabase database = new TargetDatabase(TestDatabase.create(server, "copy"))) {
      Seeds.forAll(1, random -> run(database, random));
    }
  }
}
