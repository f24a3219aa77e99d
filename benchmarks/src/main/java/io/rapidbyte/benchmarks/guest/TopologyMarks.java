package io.rapidbyte.benchmarks.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.processor.StreamProcessor;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.wasm.GuestRuntime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a module costs a running topology: records of 1 MiB through a stream's application on a real
 * broker, exactly once, from the first record worked on to the last. By turns: a built-in transform
 * that lets everything through, and the module {@code mask-email} of each language with no column
 * to mask. The mark is that those of C, Rust and Zig add no more than 15 %.
 *
 * <p>Arguments: records (300), repetitions (3), languages (all, with commas between). The first
 * turn of each warms up and does not count.
 */
public final class TopologyMarks {
  private static final int ROWS = 9_000;
  private static final double GOAL = 0.15;
  private static final int WARM_CALLS = 6_000;
  private static final String BUILT_IN = "built-in";
  private static final List<String> COMPILED = List.of("rust", "c", "zig");
  private static final List<String> LANGUAGES = List.of("rust", "c", "zig", "assemblyscript", "go");

  private final int records;
  private final byte[] record;
  private final BufferAllocator allocator;

  /** One for all turns, as a process has one: what it compiled stays warm. */
  private final GuestRuntime guests;

  private final Map<String, Object> client = Map.of("bootstrap.servers", SharedKafka.bootstrap());

  private TopologyMarks(int records, BufferAllocator allocator, GuestRuntime guests) {
    this.guests = guests;
    this.records = records;
    this.allocator = allocator;
    this.record = Customers.record(allocator, ROWS, 38);
  }

  /** One turn's cost. */
  private record Cost(double wallSeconds, double cpuSeconds) {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int records = args.length > 0 ? Integer.parseInt(args[0]) : 300;
    int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    List<String> all = new ArrayList<>(List.of(BUILT_IN));
    all.addAll(args.length > 2 ? List.of(args[2].split(",")) : LANGUAGES);
    try (BufferAllocator allocator = new RootAllocator();
        GuestRuntime guests = new GuestRuntime(Optional.empty())) {
      TopologyMarks marks = new TopologyMarks(records, allocator, guests);
      for (String by : all.subList(1, all.size())) {
        marks.warm(by);
      }
      List<Map<String, Cost>> turns = new ArrayList<>();
      for (int turn = 0; turn <= repetitions; turn++) {
        turns.add(marks.turn(turn % 2 == 0 ? all : all.reversed(), turn));
      }
      System.exit(marks.print(all, turns.subList(1, turns.size())) ? 0 : 1);
    }
  }

  /**
   * As much as a busy stream's first minute: a guest's functions are large, and are not compiled
   * well before.
   */
  private void warm(String by) {
    try (VectorSchemaRoot root = ArrowIpc.read(record, allocator, Integer.MAX_VALUE);
        Chain chain =
            new Chain(
                Shape.of(new BatchView(root)),
                Pipelines.module(by, "{\"columns\": []}", guests),
                allocator)) {
      StaleKeys stale = StaleKeys.inMemory();
      for (int i = 0; i < WARM_CALLS; i++) {
        chain.run(new BatchView(root), 1, true, stale).close();
      }
    }
  }

  private Map<String, Cost> turn(List<String> order, int turn) throws Exception {
    Map<String, Cost> costs = new HashMap<>();
    for (String by : order) {
      Cost cost = turn(by, turn);
      System.err.printf("turn %d %-16s %.2f s%n", turn, by, cost.wallSeconds());
      costs.put(by, cost);
    }
    return costs;
  }

  /** Each is held against the built-in one of its own turn: a machine's pace changes. */
  private boolean print(List<String> all, List<Map<String, Cost>> turns) {
    System.out.printf("%-16s %9s %9s %12s %9s%n", "by", "MB/s", "rows/s", "CPU-s/GB", "against");
    double gigabytes = records * (double) record.length / 1e9;
    boolean reached = true;
    for (String by : all) {
      double wall = median(turns, turn -> cost(turn, by).wallSeconds());
      double against =
          median(turns, turn -> cost(turn, by).wallSeconds() / cost(turn, BUILT_IN).wallSeconds())
              - 1;
      System.out.printf(
          "%-16s %9.0f %9.0f %12.1f %+8.1f%%%n",
          by,
          gigabytes * 1e3 / wall,
          records * (double) ROWS / wall,
          median(turns, turn -> cost(turn, by).cpuSeconds()) / gigabytes,
          100 * against);
      reached &= !COMPILED.contains(by) || against <= GOAL;
    }
    System.out.println(
        "C, Rust and Zig cost no more than 15 %: " + (reached ? "reached" : "MISSED"));
    return reached;
  }

  private static Cost cost(Map<String, Cost> turn, String by) {
    return Optional.ofNullable(turn.get(by)).orElseThrow();
  }

  private static double median(
      List<Map<String, Cost>> turns, ToDoubleFunction<Map<String, Cost>> value) {
    double[] sorted = turns.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private Cost turn(String by, int turn) throws ExecutionException, InterruptedException {
    String transforms =
        by.equals(BUILT_IN)
            ? "- { project: [id, email, note] }"
            : "- { module: \"%s\", config: { columns: [] } }"
                .formatted(
                    Pipelines.modules().resolve(by).resolve("mask-email.wasm").toAbsolutePath());
    PipelineSpec spec = Pipelines.of("marks-" + by + "-" + turn, transforms);
    String topic = spec.topics().stream(Customers.STREAM.table());
    List<String> made = List.of(topic, spec.topics().schemas());
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(made.stream().map(name -> new NewTopic(name, 1, (short) 1)).toList())
          .all()
          .get();
      fill(topic, spec.topics().schemas());
      try (Watch watch = new Watch(spec)) {
        return watch.await();
      } finally {
        admin.deleteTopics(List.of(topic, topic + ".out")).all().get();
      }
    }
  }

  private void fill(String topic, String schemas) throws ExecutionException, InterruptedException {
    Position at = new Position(new Lsn(1), 0);
    RecordHeaders headers =
        new RecordHeaders(RecordKind.CHANGE, at, at, ROWS, 1, 1, null, null, null, null);
    SchemaDocument document = new SchemaDocument(Customers.STREAM, topic, new Lsn(1));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedKafka.bootstrap(),
                "max.request.size",
                8 * 1024 * 1024,
                "enable.idempotence",
                false),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      sent.add(
          producer.send(
              new ProducerRecord<>(schemas, 0, document.key().getBytes(UTF_8), document.toJson())));
      for (int i = 0; i < records; i++) {
        ProducerRecord<byte[], byte[]> each = new ProducerRecord<>(topic, 0, null, record);
        headers.forEach((name, value) -> each.headers().add(name, value));
        sent.add(producer.send(each));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    }
  }

  /** An application at work, and when it was at its first and its last record. */
  private final class Watch implements ProcessObserver, AutoCloseable {
    private final StreamProcessor processor;
    private final Thread thread;
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicLong seen = new AtomicLong();
    private volatile long beginNanos;
    private volatile long beginCpu;
    private volatile long endNanos;
    private volatile long endCpu;

    Watch(PipelineSpec spec) {
      processor =
          new StreamProcessor(
              spec, client, "marks", guests, allocator, this, RandomGenerator.getDefault());
      thread = Thread.ofPlatform().name("marks").start(processor::run);
    }

    @Override
    public void processed(String stream, int rowsIn, int rowsOut) {
      long count = seen.incrementAndGet();
      if (count == 1) {
        beginNanos = System.nanoTime();
        beginCpu = cpuNanos();
      } else if (count == records) {
        endNanos = System.nanoTime();
        endCpu = cpuNanos();
        done.countDown();
      }
    }

    @Override
    public void stopped(String stream, ErrorInfo error) {
      System.err.println(error.line());
    }

    @Override
    public void retrying(String stream, ErrorInfo error, java.time.Duration wait) {
      System.err.println(error.line());
    }

    Cost await() throws InterruptedException {
      if (!done.await(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException(seen + " of " + records + " records after five minutes");
      }
      return new Cost((endNanos - beginNanos) / 1e9, (endCpu - beginCpu) / 1e9);
    }

    @Override
    public void close() {
      processor.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Of this process, the broker in it included. */
  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
