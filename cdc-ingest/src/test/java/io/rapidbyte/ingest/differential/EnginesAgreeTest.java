package io.rapidbyte.ingest.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.debezium.Unfit;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.SourceSpec.Engine;
import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Workload;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both engines write the same changes into the topics, over every type that Debezium is not refused
 * and every operation. {@code -Dseed=} repeats a workload.
 */
@Tag("chaos")
class EnginesAgreeTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime() & 0xffffff);
  private static final int SHOWN = 30;

  @Test
  void bothWriteTheSame() throws Exception {
    compare(PostgresVersion.V18, SchemaEvents.OFF);
  }

  @ParameterizedTest
  @EnumSource
  void theyDoOnEveryVersionAndWhereDdlIsTold(PostgresVersion version) throws Exception {
    compare(version, SchemaEvents.AUTO);
  }

  private static void compare(PostgresVersion version, SchemaEvents events) throws Exception {
    try (EveryType tables = EveryType.create(version, SEED)) {
      StreamSpec[] streams = streams(tables.database(), tables.types());
      NativeSource.Settings settings =
          new NativeSource.Settings(SnapshotMode.NEVER, LimitSpec.DEFAULT, events);
      try (var one = NativeSource.start(tables.database(), settings, streams);
          var two = NativeSource.start(tables.database(), settings.by(Engine.DEBEZIUM), streams)) {
        tables.write();
        same(byTable(one.until(Workload.END)), byTable(two.until(Workload.END)));
      }
    }
  }

  private static StreamSpec[] streams(TestDatabase database, List<TypeTables.TypeTable> types)
      throws Exception {
    List<StreamSpec> streams = new ArrayList<>();
    try (Connection connection = database.connect()) {
      for (TypeTables.TypeTable table : types) {
        PgType type = TypeTables.type(connection, table.type().type());
        if (Unfit.of(table.name(), "v", type).isEmpty()) {
          streams.add(NativeSource.stream("public." + table.name()));
        }
      }
    }
    List.of("o_*", "x_*", "d*", "r_*", Workload.END)
        .forEach(pattern -> streams.add(NativeSource.stream("public." + pattern)));
    streams.add(NativeSource.appended("public.d_nothing"));
    streams.add(NativeSource.appended("public.d_keyless"));
    return streams.toArray(StreamSpec[]::new);
  }

  private static Map<String, List<Change>> byTable(List<Change> changes) {
    return changes.stream()
        .collect(Collectors.groupingBy(Change::table, TreeMap::new, Collectors.toList()));
  }

  private static void same(Map<String, List<Change>> ours, Map<String, List<Change>> theirs) {
    assertThat(theirs.keySet()).isEqualTo(ours.keySet());
    List<String> differences = new ArrayList<>();
    ours.forEach(
        (table, changes) -> {
          List<Change> others = theirs.getOrDefault(table, List.of());
          for (int i = 0; i < Math.max(changes.size(), others.size()); i++) {
            Object own = i < changes.size() ? changes.get(i) : "nothing";
            Object other = i < others.size() ? others.get(i) : "nothing";
            if (!own.equals(other)) {
              differences.add("%s %d: %s, by Debezium %s".formatted(table, i, own, other));
            }
          }
        });
    assertThat(differences.stream().limit(SHOWN)).as("-Dseed=%d", SEED).isEmpty();
  }
}
