package io.rapidbyte.ingest.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The native source against Debezium, over every type and operation. The quick run has one
 * workload, the long run a new one each time; {@code -Dseed=} repeats one.
 */
class DifferentialTest {
  private static final long ALWAYS = Long.getLong("seed", 4_569_664);
  private static final long FRESH = Long.getLong("seed", System.nanoTime() & 0xffffff);
  private static final int SHOWN = 50;

  /** Small, so that the large transaction takes several pieces. */
  private static final LimitSpec LIMITS =
      new LimitSpec(
          256 * 1024,
          LimitSpec.DEFAULT.maxRowBytes(),
          LimitSpec.DEFAULT.recordBytes(),
          LimitSpec.DEFAULT.memoryBytes(),
          LimitSpec.DEFAULT.moduleTimeout(),
          LimitSpec.AUTO);

  @ParameterizedTest
  @EnumSource(names = "V18")
  void bothReadersSayTheSame(PostgresVersion version) throws Exception {
    compare(version, SchemaEvents.OFF, ALWAYS);
  }

  @ParameterizedTest
  @Tag("chaos")
  @EnumSource
  void theyDoOnEveryVersionAndWhereDdlIsTold(PostgresVersion version) throws Exception {
    compare(version, SchemaEvents.AUTO, FRESH);
  }

  private static void compare(PostgresVersion version, SchemaEvents events, long seed)
      throws Exception {
    try (EveryType tables = EveryType.create(version, seed)) {
      List<List<Change>> ours = new ArrayList<>();
      List<Change> theirs = new ArrayList<>();
      read(tables, events, ours, theirs);
      Workload workload = tables.workload();
      judge(version, seed, workload, Comparison.of(ours, theirs, operations(workload)));
    }
  }

  private static void read(
      EveryType tables, SchemaEvents events, List<List<Change>> ours, List<Change> theirs)
      throws Exception {
    NativeSource.Settings settings = new NativeSource.Settings(SnapshotMode.NEVER, LIMITS, events);
    List<StreamSpec> binary = streams(tables.types(), true);
    for (String pattern : List.of("public.o_*", "public.x_*", "public.d*", "public.r_*")) {
      binary.add(NativeSource.stream(pattern));
    }
    binary.add(NativeSource.appended("public.d_nothing"));
    binary.add(NativeSource.appended("public.d_keyless"));
    List<StreamSpec> text = streams(tables.types(), false);
    TestDatabase database = tables.database();
    try (var main = NativeSource.start(database, settings, binary.toArray(StreamSpec[]::new));
        var other = NativeSource.start(database, settings, text.toArray(StreamSpec[]::new))) {
      try (DebeziumSource peer = DebeziumSource.start(database)) {
        tables.write();
        theirs.addAll(peer.until(Workload.END));
        ours.add(main.until(Workload.END));
        ours.add(
            other.until(Workload.END).stream()
                .filter(c -> c.op() != 'm' && !c.table().equals(Workload.END))
                .toList());
      }
    }
  }

  private static List<StreamSpec> streams(List<TypeTables.TypeTable> types, boolean binary) {
    List<StreamSpec> streams =
        types.stream()
            .filter(type -> type.binary() == binary)
            .map(type -> NativeSource.stream("public." + type.name()))
            .collect(Collectors.toCollection(ArrayList::new));
    streams.add(NativeSource.stream("public." + Workload.END));
    return streams;
  }

  private static Map<String, String> operations(Workload workload) {
    Map<String, String> operations = new HashMap<>();
    workload
        .operations()
        .forEach(one -> one.tables().forEach(table -> operations.put(table, one.name())));
    return operations;
  }

  private static void judge(
      PostgresVersion version, long seed, Workload workload, Comparison.Outcome outcome) {
    List<KnownDifference> known = KnownDifference.all();
    List<Difference> unknown =
        outcome.differences().stream()
            .filter(one -> known.stream().noneMatch(k -> k.covers(one)))
            .toList();
    System.out.printf(
        "%s: %d operations, %d changes, %d values, %d differences, %d of them unknown%n",
        version,
        workload.operations().size(),
        outcome.changes(),
        outcome.values(),
        outcome.differences().size(),
        unknown.size());
    if (version == PostgresVersion.V18) {
      assertThat(known.stream().filter(k -> outcome.differences().stream().noneMatch(k::covers)))
          .as("known differences that there are no more")
          .isEmpty();
    }
    assertThat(unknown.stream().limit(SHOWN).map(Difference::toString).toList())
        .as("%d unknown differences, -Dseed=%d", unknown.size(), seed)
        .isEmpty();
  }
}
