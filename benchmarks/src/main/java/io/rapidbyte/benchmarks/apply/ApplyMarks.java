package io.rapidbyte.benchmarks.apply;

import io.rapidbyte.benchmarks.apply.OrderChanges.Mix;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.sink.postgres.PostgresDestination;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * How fast each destination applies groups of changes over a table of a million rows, each group in
 * a transaction that is durable when it counts. Ends with 1 where a mark is missed.
 *
 * <p>The CPU time is this process's, made batches and JIT excluded as far as a warm-up does; it
 * leaves out a Postgres destination's server.
 */
public final class ApplyMarks {
  private static final int LARGE = 32 * 1024;
  private static final int LOAD_GROUPS = 30;
  private static final double DUCKDB_GOAL = 200_000;
  private static final double POSTGRES_GOAL = 50_000;
  private static final PartitionId PARTITION = new PartitionId("shop.public.orders", 0, "c", "t");

  private final BufferAllocator allocator;

  private ApplyMarks(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Runs both destinations and prints a table each. */
  public static void main(String[] args) throws Exception {
    boolean reached;
    Path folder = Files.createTempDirectory("rapidbyte-apply");
    try (BufferAllocator allocator = new RootAllocator();
        EmbeddedPostgres postgres =
            EmbeddedPostgres.start(
                EmbeddedPostgres.Options.defaults()
                    .with("fsync", "on")
                    .with("max_wal_size", "4GB"))) {
      ApplyMarks marks = new ApplyMarks(allocator);
      Path file = folder.resolve("warehouse.duckdb");
      reached =
          marks.measure(
              "DuckDB", new DuckDbDestination("shop", "warehouse", file, allocator), DUCKDB_GOAL);
      PostgresAddress address =
          new PostgresAddress(
              "127.0.0.1", postgres.port(), "postgres", "postgres", null, "disable", Map.of());
      reached &=
          marks.measure(
              "Postgres",
              new PostgresDestination(
                  "shop", "copy", new DestinationSpec.Kind.Postgres(address, null)),
              POSTGRES_GOAL);
    }
    System.exit(reached ? 0 : 1);
  }

  private boolean measure(String name, Destination destination, double goal) {
    System.out.printf(Locale.ROOT, "%n%-34s %14s %14s%n", name, "changes/s", "CPU-s/M");
    try (destination) {
      destination.open();
      try (StreamWriter writer =
          destination.writer(new StreamTarget(OrderChanges.ORDERS.table(), WriteMode.UPSERT, 1))) {
        Run run = new Run(writer);
        run.groups("load of an empty table", LOAD_GROUPS, new Mix(LARGE, 100, 0));
        run.groups("mixed, first (JIT)", 5, new Mix(LARGE, 40, 40));
        double rate = run.groups("mixed 40/40/20, 32k a group", 20, new Mix(LARGE, 40, 40));
        run.groups("mixed 40/40/20, 8k a group", 40, new Mix(8192, 40, 40));
        run.groups("mixed 40/40/20, 1k a group", 100, new Mix(1024, 40, 40));
        run.groups("updates, 32k a group", 10, new Mix(LARGE, 0, 100));
        run.groups("mixed, 10 a group", 200, new Mix(10, 40, 40));
        System.out.printf(
            Locale.ROOT, "mixed, 32k: goal %,.0f %s%n", goal, rate >= goal ? "reached" : "MISSED");
        return rate >= goal;
      }
    }
  }

  /** One destination's groups, one behind the other. */
  private final class Run {
    private final StreamWriter writer;
    private final OrderChanges changes = new OrderChanges();
    private final long fence;
    private long offset;

    Run(StreamWriter writer) {
      this.writer = writer;
      this.fence = writer.claim(PARTITION).fence();
    }

    double groups(String name, int groups, Mix mix) {
      long nanos = 0;
      long cpu = 0;
      for (int i = 0; i < groups; i++) {
        try (VectorSchemaRoot root = changes.batch(allocator, mix)) {
          long cpuBefore = cpuNanos();
          long before = System.nanoTime();
          apply(root);
          nanos += System.nanoTime() - before;
          cpu += cpuNanos() - cpuBefore;
        }
      }
      double total = (double) groups * mix.rows();
      double rate = total / (nanos / 1e9);
      System.out.printf(Locale.ROOT, "%-34s %,14.0f %14.2f%n", name, rate, cpu / 1e3 / total);
      return rate;
    }

    private void apply(VectorSchemaRoot root) {
      List<Step> steps = List.of(new Step.Rows(List.of(new Batch(root, 1, offset + 1, 0))));
      Applied applied =
          writer.apply(new Group(PARTITION, fence, ++offset, 1, 1, steps, Undelivered.NONE));
      if (!(applied instanceof Applied.Committed)) {
        throw new IllegalStateException("a group was not applied: " + applied);
      }
    }

    private long cpuNanos() {
      return ((com.sun.management.OperatingSystemMXBean)
              ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
  }
}
