package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.processor.builtin.Builtins;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.wasm.GuestRuntime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * A batch of 1 MiB from record to record, without Kafka: decoded, transformed, encoded. Three
 * works: let everything through; mask a column of addresses; mask it and drop one row in fifty. By
 * the module {@code mask-email} of each language, by the built-in transforms, and by plain Java
 * that knows the columns beforehand and follows no row rules. {@code nothing} decodes and encodes
 * alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
public class TransformMarks {
  private static final int ROWS = 9_000;
  private static final long MAX_BYTES = 1L << 26;

  private static final Map<String, String> BUILT_IN =
      Map.of(
          "pass", "- { project: [id, email, note] }",
          "mask", "- { mask: { columns: { email: { partial: { first: 1, last: 12 } } } } }",
          "mask-and-drop",
              """
              - { filter: "email NOT LIKE '%@test.example'" }
              - { mask: { columns: { email: { partial: { first: 1, last: 12 } } } } }
              """);

  private static final Map<String, String> CONFIG =
      Map.of(
          "pass", "{\"columns\": []}",
          "mask", "{\"test_domains\": []}",
          "mask-and-drop", "{}");

  /** Who works. */
  @Param({"nothing", "plain", "built-in", "c", "rust", "zig", "assemblyscript", "go"})
  public String by = "";

  /** What is done. */
  @Param({"pass", "mask", "mask-and-drop"})
  public String work = "";

  private final BufferAllocator allocator = new RootAllocator();
  private final GuestRuntime runtime = new GuestRuntime(Optional.empty());
  private final StaleKeys stale = StaleKeys.inMemory();
  private byte[] record = {};
  private Worker worker = root -> root.getRowCount();

  /** What is counted besides calls. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counted {
    /** Rows that went in. */
    public long rows;

    /** Bytes that went in. */
    public long bytes;

    /** An iteration counts for itself. */
    @Setup(Level.Iteration)
    public void reset() {
      rows = 0;
      bytes = 0;
    }
  }

  @FunctionalInterface
  private interface Worker {
    /** Bytes that came out. */
    int work(VectorSchemaRoot root);
  }

  /** A batch, and whoever works on it. */
  @Setup
  public void prepare() {
    record = Customers.record(allocator, ROWS, 38);
    worker =
        switch (by) {
          case "nothing" -> root -> ArrowIpc.write(root).length;
          case "plain" -> root -> PlainMask.work(work, root, allocator);
          case "built-in" -> chained(builtIn());
          default -> chained(Pipelines.module(by, CONFIG.getOrDefault(work, "{}"), runtime));
        };
  }

  private List<Transform> builtIn() {
    return Builtins.of(
        Pipelines.of("shop", BUILT_IN.getOrDefault(work, "")),
        Customers.STREAM.table(),
        (name, module) -> {
          throw new IllegalArgumentException(name + " is not built in");
        });
  }

  /** The row rules around it; the shape is bound once, as in a topology. */
  private Worker chained(List<Transform> transforms) {
    Chain chain;
    try (VectorSchemaRoot root = ArrowIpc.read(record, allocator, MAX_BYTES)) {
      chain = new Chain(Shape.of(new BatchView(root)), transforms, allocator);
    }
    return root -> {
      try (Chain.Outcome outcome = chain.run(new BatchView(root), 1, true, stale)) {
        return outcome.batches().stream()
            .mapToInt(each -> ArrowIpc.write(each.root()).length)
            .sum();
      }
    };
  }

  /** The benchmark. */
  @Benchmark
  public int batch(Counted counted) {
    try (VectorSchemaRoot root = ArrowIpc.read(record, allocator, MAX_BYTES)) {
      counted.rows += root.getRowCount();
      counted.bytes += record.length;
      return worker.work(root);
    }
  }

  /** Ends the guests. */
  @TearDown
  public void end() {
    runtime.close();
  }

  /** Runs it; takes JMH's arguments, such as {@code -p by=rust -p work=mask}. */
  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(TransformMarks.class.getName())
                .build())
        .run();
  }
}
