package io.rapidbyte.sink.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.contract.TestBatch;
import io.rapidbyte.sink.contract.TestStream;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.Undelivered;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast mixed changes go in, without Kafka. */
@Tag("bench")
final class ApplySpeedTest {
  private static final int KEYS = 1_000_000;
  private static final int BATCH = 32_768;
  private static final int BATCHES = 24;

  @TempDir Path directory;

  @Test
  void appliesTwoHundredThousandMixedChangesASecond() {
    StreamSchema items = TestStream.simple("public", "items");
    try (BufferAllocator allocator = new RootAllocator();
        var destination =
            new DuckDbDestination("shop", "w", directory.resolve("w.duckdb"), allocator)) {
      destination.open();
      var partition = new PartitionId("t", 0, "c", "i");
      try (var writer = destination.writer(new StreamTarget(items.table(), WriteMode.UPSERT, 1))) {
        long fence = writer.claim(partition).fence();
        List<VectorSchemaRoot> roots = batches(items, allocator);
        long started = System.nanoTime();
        long cpu = cpuNanos();
        long offset = 0;
        long rows = 0;
        for (VectorSchemaRoot root : roots) {
          Step step = new Step.Rows(List.of(new Batch(root, 1)));
          Applied applied =
              writer.apply(
                  new Group(partition, fence, ++offset, 1, List.of(step), Undelivered.NONE));
          assertThat(applied).isEqualTo(new Applied.Committed());
          rows += root.getRowCount();
          if (offset == KEYS / BATCH) {
            started = System.nanoTime();
            cpu = cpuNanos();
            rows = 0;
          }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        System.out.printf(
            "%,.0f changes/s, %.2f CPU-s a million%n", rows / seconds, cpuSeconds * 1e6 / rows);
        roots.forEach(VectorSchemaRoot::close);
        assertThat(rows / seconds).isGreaterThan(200_000);
      }
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** A table of a million rows, then inserts, updates and deletes. */
  private static List<VectorSchemaRoot> batches(StreamSchema items, BufferAllocator allocator) {
    Random random = new Random(7);
    List<VectorSchemaRoot> roots = new ArrayList<>();
    int next = 0;
    for (int b = 0; b < KEYS / BATCH + BATCHES; b++) {
      TestBatch batch = TestBatch.at(items, b + 1);
      for (int i = 0; i < BATCH; i++) {
        boolean filling = b < KEYS / BATCH;
        int dice = filling ? 0 : random.nextInt(10);
        String key = Integer.toString(dice < 3 ? next++ : random.nextInt(next));
        if (dice < 3) {
          batch.insert(key, "name " + key, "some value of usual length " + b);
        } else if (dice < 8) {
          batch.update(key, "changed " + b, "another value of usual length " + i);
        } else {
          batch.delete(key);
        }
      }
      roots.add(batch.build(allocator));
    }
    return roots;
  }
}
