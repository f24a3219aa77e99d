package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.SourceSpec.Engine;
import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.spec.SourceSpec.SlotAction;
import io.rapidbyte.schemas.spec.SourceSpec.SlotGuardSpec;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code source}. */
final class SourceSection {
  private static final Map<String, SnapshotMode> SNAPSHOT_MODES =
      words(Stream.of(SnapshotMode.values()), mode -> WriteModes.label(mode));
  private static final SnapshotSpec DEFAULT_SNAPSHOT = new SnapshotSpec(SnapshotMode.INITIAL, 2);
  private static final Map<String, SlotAction> SLOT_ACTIONS =
      words(Stream.of(SlotAction.values()), action -> WriteModes.label(action));
  private static final Map<String, SchemaEvents> SCHEMA_EVENTS =
      words(Stream.of(SchemaEvents.values()), each -> WriteModes.label(each));
  private static final Map<String, Engine> ENGINES =
      words(Stream.of(Engine.values()), engine -> WriteModes.label(engine));
  private static final long MIN_WARNING = 1024L * 1024;
  private static final long MAX_WARNING = 1L << 50;
  private static final int MAX_WORKERS = 64;
  private static final int MAX_IDENTIFIER = 63;

  private SourceSection() {}

  static <T> Map<String, T> words(Stream<T> values, Function<T, String> label) {
    return values.collect(
        Collectors.toMap(label, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  static SourceSpec read(Optional<Entry> entry, String pipeline, Path base) {
    String ours = "rapidbyte_" + pipeline.replace('-', '_');
    if (entry.isEmpty()) {
      return new SourceSpec(AddressSection.NOWHERE, ours, ours, DEFAULT_SNAPSHOT);
    }
    Section source =
        Section.of(
            entry.get(),
            List.of("postgres", "snapshot", "slot_guard", "schema_events"),
            List.of("debezium", "wasm"));
    Optional<Section> postgres =
        source
            .need("postgres", "postgres: { host: localhost, database: shop, user: rapidbyte }")
            .map(
                each ->
                    Section.of(
                        each,
                        plus(AddressSection.KEYS, "slot", "publication", "engine"),
                        List.of()));
    return new SourceSpec(
        postgres.map(new AddressSection(base)::read).orElse(AddressSection.NOWHERE),
        postgres.flatMap(each -> slot(each)).orElse(ours),
        postgres.flatMap(each -> each.text("publication")).map(Text::value).orElse(ours),
        source.get("snapshot").map(SourceSection::snapshot).orElse(DEFAULT_SNAPSHOT),
        source.get("slot_guard").map(SourceSection::slotGuard).orElse(SlotGuardSpec.DEFAULT),
        source
            .get("schema_events")
            .flatMap(each -> each.word(SCHEMA_EVENTS))
            .orElse(SchemaEvents.AUTO),
        postgres
            .flatMap(each -> each.get("engine"))
            .flatMap(each -> each.word(ENGINES))
            .orElse(Engine.NATIVE));
  }

  private static SlotGuardSpec slotGuard(Entry entry) {
    Section guard = Section.of(entry, List.of("warn", "action"), List.of());
    SlotGuardSpec defaults = SlotGuardSpec.DEFAULT;
    return new SlotGuardSpec(
        guard
            .get("warn")
            .flatMap(each -> each.bytes(MIN_WARNING, MAX_WARNING))
            .orElse(defaults.warnBytes()),
        guard.get("action").flatMap(each -> each.word(SLOT_ACTIONS)).orElse(defaults.action()));
  }

  static List<String> plus(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toList();
  }

  private static Optional<String> slot(Section postgres) {
    Optional<Text> slot = postgres.text("slot");
    if (slot.isPresent() && !slot.get().value().matches("[a-z0-9_]{1," + MAX_IDENTIFIER + "}")) {
      postgres.problem(
          "slot", "a slot is named by up to 63 lower-case letters, digits and underscores");
    }
    return slot.map(Text::value);
  }

  private static SnapshotSpec snapshot(Entry entry) {
    Section snapshot = Section.of(entry, List.of("mode", "workers"), List.of());
    return new SnapshotSpec(
        snapshot
            .get("mode")
            .flatMap(each -> each.word(SNAPSHOT_MODES))
            .orElse(DEFAULT_SNAPSHOT.mode()),
        snapshot
            .get("workers")
            .flatMap(each -> each.integer(1, MAX_WORKERS))
            .orElse(DEFAULT_SNAPSHOT.workers()));
  }
}
