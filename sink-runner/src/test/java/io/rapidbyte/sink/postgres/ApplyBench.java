package io.rapidbyte.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.contract.TestStream;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How fast groups of changes are applied, nine columns wide, over a table of a million rows. */
@Tag("bench")
final class ApplyBench {
  private static final StreamSchema ORDERS =
      TestStream.of(
          "public",
          "orders",
          1,
          List.of("id"),
          TestStream.column("id", TestStream.INT8),
          TestStream.column("customer", TestStream.INT8),
          TestStream.column("status", TestStream.TEXT),
          TestStream.column("amount", new PgType.Base(1700, "numeric", (18 << 16 | 2) + 4)),
          TestStream.column("quantity", TestStream.INT4),
          TestStream.column("note", TestStream.TEXT),
          TestStream.column("created", TestStream.base(1184, "timestamp with time zone")),
          TestStream.column("paid", TestStream.base(16, "boolean")),
          TestStream.column("reference", TestStream.base(2950, "uuid")));

  private final Random random = new Random(1);
  private final Set<Integer> gone = new HashSet<>();
  private int next;
  private long offset;

  private void row(VectorSchemaRoot root, int row, Op op, long id) {
    ((BigIntVector) root.getVector(0)).setSafe(row, id);
    if (op != Op.DELETE) {
      ((BigIntVector) root.getVector(1)).setSafe(row, random.nextInt(100_000));
      text(root, 2, row, "status" + random.nextInt(9));
      ((DecimalVector) root.getVector(3)).setSafe(row, random.nextLong(1L << 40));
      ((IntVector) root.getVector(4)).setSafe(row, random.nextInt());
      text(root, 5, row, "note of the order number " + random.nextInt());
      ((TimeStampMicroTZVector) root.getVector(6)).setSafe(row, random.nextLong(1L << 50));
      ((BitVector) root.getVector(7)).setSafe(row, 1);
      byte[] uuid = new byte[16];
      random.nextBytes(uuid);
      ((FixedSizeBinaryVector) root.getVector(8)).setSafe(row, uuid);
    }
    ((TinyIntVector) root.getVector(BatchColumns.OP)).setSafe(row, op.code());
    ((UInt8Vector) root.getVector(BatchColumns.LSN)).setSafe(row, offset + 1);
    ((UInt4Vector) root.getVector(BatchColumns.ORDINAL)).setSafe(row, row);
    ((UInt4Vector) root.getVector(BatchColumns.XID)).setSafe(row, 7);
    ((TimeStampMicroTZVector) root.getVector(BatchColumns.TS)).setSafe(row, 1L);
  }

  private static void text(VectorSchemaRoot root, int column, int row, String text) {
    ((VarCharVector) root.getVector(column))
        .setSafe(row, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private VectorSchemaRoot batch(BufferAllocator allocator, int rows, int inserts, int updates) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(ORDERS), allocator);
    root.allocateNew();
    Set<Integer> used = new HashSet<>();
    int first = next;
    for (int row = 0; row < rows; row++) {
      int dice = random.nextInt(100);
      if (dice < inserts) {
        row(root, row, Op.INSERT, next++);
        continue;
      }
      int id;
      do {
        id = random.nextInt(first);
      } while (gone.contains(id) || !used.add(id));
      boolean update = dice < inserts + updates;
      row(root, row, update ? Op.UPDATE : Op.DELETE, id);
      if (!update) {
        gone.add(id);
      }
    }
    root.setRowCount(rows);
    return root;
  }

  private void measure(
      String name,
      TargetDatabase database,
      StreamWriter writer,
      BufferAllocator allocator,
      Mix mix) {
    PartitionId partition = new PartitionId("shop.orders", 0, "c", "t");
    long fence = writer.claim(partition).fence();
    long serverBefore = serverCpu(database);
    long nanos = 0;
    long cpu = 0;
    for (int group = 0; group < mix.groups; group++) {
      try (VectorSchemaRoot root = batch(allocator, mix.rows, mix.inserts, mix.updates)) {
        List<Step> steps = List.of(new Step.Rows(List.of(new Batch(root, 1))));
        long cpuBefore = cpu();
        long before = System.nanoTime();
        Applied applied =
            writer.apply(new Group(partition, fence, ++offset, 1, steps, Undelivered.NONE));
        nanos += System.nanoTime() - before;
        cpu += cpu() - cpuBefore;
        assertThat(applied).isEqualTo(new Applied.Committed());
      }
    }
    double changes = (double) mix.groups * mix.rows;
    long server = serverCpu(database) - serverBefore;
    System.out.printf(
        "%-26s %,9.0f changes/s; CPU-s a million: ours %.2f, the server's %.2f%n",
        name, changes / (nanos / 1e9), cpu / 1e3 / changes, server / 1e3 / changes);
  }

  private record Mix(int groups, int rows, int inserts, int updates) {}

  /** CPU time of the writer's own thread; the process's would count the compiler's too. */
  private static long cpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("rb-copy")) {
        nanos += threads.getThreadCpuTime(thread.getThreadId());
      }
    }
    return nanos;
  }

  /** CPU time of the server's process for us. */
  private static long serverCpu(TargetDatabase database) {
    String pid =
        String.valueOf(
            database.value(
                "SELECT max(pid) FROM pg_stat_activity WHERE application_name LIKE 'rapidbyte%'"));
    return ProcessHandle.of(Long.parseLong(pid))
        .flatMap(process -> process.info().totalCpuDuration())
        .map(Duration::toNanos)
        .orElse(0L);
  }

  @Test
  void changesASecond() {
    try (TargetDatabase database = TargetDatabase.create();
        BufferAllocator allocator = new RootAllocator();
        PostgresDestination destination = database.destination()) {
      destination.open();
      try (StreamWriter writer =
          destination.writer(new StreamTarget(ORDERS.table(), WriteMode.UPSERT, 1))) {
        measure("load of an empty table", database, writer, allocator, new Mix(30, 32_768, 100, 0));
        database.execute("VACUUM ANALYZE orders");
        measure(
            "mixed 40/40/20, 32k rows", database, writer, allocator, new Mix(15, 32_768, 40, 40));
        measure("mixed 40/40/20, 8k rows", database, writer, allocator, new Mix(40, 8192, 40, 40));
        measure("mixed 40/40/20, 1k rows", database, writer, allocator, new Mix(200, 1024, 40, 40));
        measure("updates, 32k rows", database, writer, allocator, new Mix(10, 32_768, 0, 100));
        measure("mixed, 10 rows", database, writer, allocator, new Mix(500, 10, 40, 40));
      }
    }
  }
}
