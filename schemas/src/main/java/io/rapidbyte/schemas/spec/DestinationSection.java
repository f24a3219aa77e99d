package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.DestinationSpec.Kind;
import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.stream.TableName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code destinations}. */
final class DestinationSection {
  private static final List<String> KINDS = List.of("duckdb", "postgres", "module");
  private static final List<String> KEYS =
      List.of("duckdb", "postgres", "module", "config", "allow", "mode", "streams");
  private static final List<String> LATER = List.of("iceberg", "replay", "idempotent");

  private final Path base;

  /** Files of destinations are meant relative to {@code base}. */
  DestinationSection(Path base) {
    this.base = base;
  }

  List<DestinationSpec> read(Optional<Entry> entry, List<StreamSpec> streams) {
    List<DestinationSpec> destinations = new ArrayList<>();
    Set<Path> files = new HashSet<>();
    for (Map.Entry<String, Entry> each : entry.map(Entry::map).orElse(Map.of()).entrySet()) {
      if (!each.getKey().matches("[A-Za-z0-9_-]{1,64}")) {
        each.getValue().problem("a destination is named by up to 64 of A-Z a-z 0-9 _ -");
      }
      Section section = Section.of(each.getValue(), KEYS, LATER);
      Optional<Kind> kind = kind(section);
      if (kind.isEmpty()) {
        continue;
      }
      if (kind.get() instanceof Kind.DuckDb(Path path) && !files.add(path.normalize())) {
        section.problem("duckdb", "another destination has this file; one process writes it");
      }
      DestinationSpec destination =
          new DestinationSpec(
              each.getKey(),
              kind.get(),
              WriteModes.read(section),
              section.texts("streams").orElse(List.of()));
      refuseIdle(section, destination.streams(), streams);
      destinations.add(destination);
    }
    return destinations;
  }

  private Optional<Kind> kind(Section section) {
    List<String> named = KINDS.stream().filter(section::has).toList();
    if (named.size() != 1) {
      section.problem(
          named.isEmpty()
              ? "names no destination; write one of: " + String.join(", ", KINDS)
              : "names several destinations: " + String.join(", ", named) + "; write one of them");
      return Optional.empty();
    }
    String name = named.getFirst();
    if (name.equals("module")) {
      return module(section);
    }
    for (String key : List.of("config", "allow")) {
      if (section.has(key)) {
        section.problem(key, "only a module has it");
      }
    }
    return section.get(name).map(e -> name.equals("duckdb") ? duck(e) : pg(e));
  }

  private Optional<Kind> module(Section section) {
    Optional<ModuleSpec> module = new ModuleSection(base).read(section);
    if (module.isPresent() && module.get().allow().state()) {
      section.problem("allow", "a destination has no state; leave out state");
    }
    return module.map(Kind.Module::new);
  }

  private Kind duck(Entry entry) {
    Section section = Section.of(entry, List.of("path"), List.of("publish"));
    Optional<Text> path = section.need("path", "path: warehouse.duckdb").flatMap(Entry::text);
    return new Kind.DuckDb(base.resolve(path.map(Text::value).orElse("")));
  }

  private Kind pg(Entry entry) {
    Section section =
        Section.of(entry, SourceSection.plus(AddressSection.KEYS, "schema"), List.of());
    return new Kind.Postgres(
        new AddressSection(base).read(section),
        section.text("schema").map(Text::value).orElse(null));
  }

  /** A selection that can match none of the declared streams is a slip of the hand. */
  static void refuseIdle(Section section, List<String> names, List<StreamSpec> streams) {
    StreamSelection selection = new StreamSelection(streams);
    for (String name : names) {
      if (!StreamSection.isQualified(name)) {
        section.problem("streams", "expected schema.table, found \"" + name + '"');
      } else if (name.indexOf('*') < 0 && selection.settingsFor(table(name)).isEmpty()) {
        section.problem("streams", "the pipeline has no stream \"" + name + '"');
      }
    }
  }

  private static TableName table(String name) {
    int dot = name.indexOf('.');
    return new TableName(name.substring(0, dot), name.substring(dot + 1));
  }
}
