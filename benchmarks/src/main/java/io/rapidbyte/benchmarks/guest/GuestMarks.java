package io.rapidbyte.benchmarks.guest;

import com.sun.management.OperatingSystemMXBean;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.wasm.BatchMeta;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.StateStore;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Role;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * What a module costs, for each committed module of each language: compiling it, an instance, a
 * call, and batches of 1 MiB. Prints a table; the one mark is that an instance takes less than a
 * millisecond.
 */
public final class GuestMarks {
  private static final int ROWS = 10_000;
  private static final int NOTE = 60;
  private static final int ALIVE = 1000;
  private static final double INSTANCE_GOAL_MICROS = 1000;

  private final byte[] large;
  private final byte[] small;

  private GuestMarks(BufferAllocator allocator) {
    this.large = Customers.batch(allocator, ROWS, NOTE);
    this.small = Customers.batch(allocator, 1, 1);
  }

  /** Takes the repository's root as argument, or the working directory. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args.length > 0 ? args[0] : ".").resolve("modules/wasm");
    boolean reached = true;
    try (BufferAllocator allocator = new RootAllocator()) {
      GuestMarks marks = new GuestMarks(allocator);
      System.out.printf(
          "%-32s %8s %9s %11s %11s %9s %9s %9s %12s%n",
          "module", "KiB", "compile", "instance", "p99", "KiB each", "call", "MB/s", "MB/CPU-s");
      for (Path file : modules(root)) {
        String name = root.relativize(file).toString();
        reached &= marks.measure(name, file, "{}");
        if (name.contains("mask")) {
          reached &= marks.measure(name + ", no column", file, "{\"columns\": []}");
        }
      }
    }
    System.out.println(reached ? "instance < 1 ms: reached" : "instance < 1 ms: MISSED");
    System.exit(reached ? 0 : 1);
  }

  private static List<Path> modules(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".wasm")).sorted().toList();
    }
  }

  private boolean measure(String name, Path file, String config) {
    GuestModule module = GuestModule.load(file, Limits.DEFAULT.moduleBytes());
    if (module.manifest().permissions().state() || module.manifest().role() != Role.TRANSFORM) {
      return true; // what state or a destination costs is not in these calls
    }
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty())) {
      long begin = System.nanoTime();
      runtime.guest(setup(module, config), GuestObserver.SILENT);
      double compileMillis = (System.nanoTime() - begin) / 1e6;
      double[] instances = instances(runtime, module, config);
      double each = alive(runtime, module, config);
      try (Guest guest = runtime.guest(setup(module, config), GuestObserver.SILENT)) {
        done(guest.schema(large));
        double call = micros(guest, small, 2000, 20_000);
        micros(guest, large, 500, 0);
        long cpu = cpuNanos();
        double batch = micros(guest, large, 0, 2000);
        double cpuMicros = (cpuNanos() - cpu) / 1e3 / 2000;
        System.out.printf(
            "%-32s %8d %6.0f ms %8.0f µs %8.0f µs %9.0f %6.1f µs %9.0f %12.0f%n",
            name,
            module.size() / 1024,
            compileMillis,
            at(instances, 0.5),
            at(instances, 0.99),
            each / 1024,
            call,
            large.length / batch,
            large.length / cpuMicros);
      }
      return at(instances, 0.5) < INSTANCE_GOAL_MICROS;
    }
  }

  private static GuestSetup setup(GuestModule module, String config) {
    return new GuestSetup(
        module,
        config,
        "public.customers",
        Limits.DEFAULT,
        Grants.NONE,
        StateStore.NONE,
        HttpDoor.CLOSED);
  }

  /** Microseconds of one instance each, opened, with the thread it begins on. */
  private static double[] instances(GuestRuntime runtime, GuestModule module, String config) {
    double[] micros = new double[2000];
    for (int i = -500; i < micros.length; i++) {
      Guest guest = runtime.guest(setup(module, config), GuestObserver.SILENT);
      long begin = System.nanoTime();
      done(guest.open());
      if (i >= 0) {
        micros[i] = (System.nanoTime() - begin) / 1e3;
      }
      guest.close();
    }
    Arrays.sort(micros);
    return micros;
  }

  /** Bytes of heap that each of a thousand instances holds. */
  private static double alive(GuestRuntime runtime, GuestModule module, String config) {
    long before = used();
    List<Guest> guests = new ArrayList<>();
    for (int i = 0; i < ALIVE; i++) {
      Guest guest = runtime.guest(setup(module, config), GuestObserver.SILENT);
      done(guest.open());
      guests.add(guest);
    }
    double each = (used() - before) / (double) ALIVE;
    guests.forEach(Guest::close);
    return each;
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static double micros(Guest guest, byte[] batch, int warm, int calls) {
    BatchMeta meta =
        new BatchMeta(
            "public.customers",
            RecordKind.CHANGE,
            batch.length > 100_000 ? ROWS : 1,
            new Lsn(1),
            Instant.EPOCH);
    for (int i = 0; i < warm; i++) {
      done(guest.transform(meta, batch));
    }
    long begin = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      done(guest.transform(meta, batch));
    }
    return (System.nanoTime() - begin) / 1e3 / Math.max(1, calls);
  }

  /** Of this process; what a busy machine leaves meaningful. */
  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) (sorted.length * share)];
  }

  private static void done(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      throw new IllegalStateException(failed.error().line());
    }
  }
}
