package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.TransformSpec.Drops;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import io.rapidbyte.schemas.spec.TransformSpec.MaskRule;
import io.rapidbyte.schemas.type.ColumnOverride;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads {@code transforms}. */
final class TransformSection {
  private static final List<String> KINDS =
      List.of("project", "rename", "cast", "filter", "mask", "add", "module");
  private static final List<String> OF_MODULES = List.of("config", "allow");
  private static final List<String> KEYS =
      Stream.of(KINDS, OF_MODULES, List.of("streams", "drops")).flatMap(List::stream).toList();
  private static final Map<String, Drops> DROPS =
      SourceSection.words(Stream.of(Drops.values()), WriteModes::label);
  private static final Map<String, MaskRule> RULES =
      new TreeMap<>(
          Map.of(
              "hash", new MaskRule.Hash(),
              "redact", new MaskRule.Redact(),
              "tokenise", new MaskRule.Tokenise()));
  private static final int MAX_SHOWN = 1000;

  private final ModuleSection modules;

  /** Files of modules are meant relative to {@code base}. */
  TransformSection(Path base) {
    this.modules = new ModuleSection(base);
  }

  List<TransformSpec> read(Optional<Entry> entry, List<StreamSpec> streams) {
    List<TransformSpec> transforms = new ArrayList<>();
    for (Entry item : entry.map(Entry::list).orElse(List.of())) {
      Section section = Section.of(item, KEYS, List.of());
      List<String> names = section.texts("streams").orElse(List.of());
      DestinationSection.refuseIdle(section, names, streams);
      kind(section).ifPresent(kind -> transforms.add(new TransformSpec(kind, names)));
    }
    return transforms;
  }

  private Optional<Kind> kind(Section section) {
    List<String> named = KINDS.stream().filter(section::has).toList();
    if (named.size() != 1) {
      section.problem(
          named.isEmpty()
              ? "names no transform; write one of: " + String.join(", ", KINDS)
              : "names several transforms: "
                  + String.join(", ", named)
                  + "; give each an entry of its own, in the order wanted");
      return Optional.empty();
    }
    String name = named.getFirst();
    if (name.equals("module")) {
      return module(section);
    }
    OF_MODULES.stream()
        .filter(section::has)
        .forEach(key -> section.problem(key, "only a module has it"));
    if (section.has("drops") && !name.equals("filter")) {
      section.problem("drops", "only a filter drops rows");
    }
    return section.get(name).map(entry -> kind(name, entry, section));
  }

  private Optional<Kind> module(Section section) {
    if (section.has("drops")) {
      section.problem("drops", "a module says in its manifest.json what it drops");
    }
    Optional<ModuleSpec> module = modules.read(section);
    if (module.isPresent()
        && !(module.get().allow().http().isEmpty() && module.get().allow().networks().isEmpty())) {
      section.problem(
          "allow",
          "a transform sends no requests: what it makes depends on its batch alone, so that a batch"
              + " that comes again gives the same; leave http and networks out");
    }
    return module.map(Kind.Module::new);
  }

  private static Kind kind(String name, Entry entry, Section section) {
    return switch (name) {
      case "project" -> project(entry);
      case "rename" -> new Kind.Rename(rename(entry));
      case "cast" -> new Kind.Cast(cast(entry));
      case "filter" ->
          new Kind.Filter(
              expression(entry).orElse("true"),
              section.get("drops").flatMap(e -> e.word(DROPS)).orElse(Drops.ROW));
      case "mask" -> mask(entry);
      default -> new Kind.Add(values(entry, TransformSection::expression));
    };
  }

  private static Kind project(Entry entry) {
    if (!entry.isMap()) {
      return new Kind.Project(names(entry), true);
    }
    Section section = Section.of(entry, List.of("drop"), List.of());
    return new Kind.Project(
        section.need("drop", "drop: [ssn]").map(TransformSection::names).orElse(List.of()), false);
  }

  private static List<String> names(Entry entry) {
    List<String> names = new ArrayList<>();
    for (Entry item : entry.listOrOne()) {
      String name = item.text().map(Text::value).orElse("");
      if (names.contains(name)) {
        item.problem(name + " stands here a second time");
      }
      names.add(name);
    }
    if (entry.isList() && names.isEmpty()) {
      entry.problem("is empty; name at least one column");
    }
    return names;
  }

  private static Map<String, String> rename(Entry entry) {
    Map<String, String> names = values(entry, e -> e.text().map(Text::value));
    var seen = new HashSet<String>();
    names.forEach(
        (from, to) -> {
          if (!seen.add(to)) {
            entry.problem("two columns are to be named " + to);
          } else if (to.startsWith("_rb_")) {
            entry.problem("names that begin with _rb_ are Rapidbyte's own");
          }
        });
    return names;
  }

  private static Map<String, String> cast(Entry entry) {
    return values(
        entry,
        e -> {
          Optional<Text> type = e.text();
          if (type.isPresent() && !ColumnOverride.isKnown(type.get().value())) {
            e.problem(ColumnOverride.CHOICES + ", not " + type.get().shown());
            return Optional.empty();
          }
          return type.map(Text::value);
        });
  }

  private static <V> Map<String, V> values(Entry entry, Function<Entry, Optional<V>> reader) {
    Map<String, V> values = new LinkedHashMap<>();
    entry
        .map()
        .forEach((name, each) -> reader.apply(each).ifPresent(value -> values.put(name, value)));
    if (entry.isMap() && values.isEmpty() && entry.map().isEmpty()) {
      entry.problem("is empty; name at least one column");
    }
    return values;
  }

  /** An expression that can be read; whether its columns exist shows when there is a table. */
  private static Optional<String> expression(Entry entry) {
    Optional<String> text = entry.anyScalar().map(Text::value);
    if (text.isPresent()) {
      try {
        Expression.parse(text.get());
      } catch (RapidbyteException e) {
        Mistake mistake = Mistake.of(e);
        entry.problem(
            "at character %d: %s; write %s"
                .formatted(mistake.place() + 1, mistake.what(), Expression.SUPPORTED));
        return Optional.empty();
      }
    }
    return text;
  }

  private static Kind mask(Entry entry) {
    Section section = Section.of(entry, List.of("columns", "key"), List.of());
    Map<String, MaskRule> columns =
        section
            .need("columns", "columns: { email: tokenise }")
            .map(each -> values(each, TransformSection::rule))
            .orElse(Map.of());
    Optional<Text> key = section.text("key");
    boolean needed = columns.values().stream().anyMatch(MaskRule.Tokenise.class::isInstance);
    if (key.isPresent() && !key.get().resolved()) {
      section.problem("key", "a key does not stand in the file: write ${env:NAME} or ${file:PATH}");
    } else if (needed && key.isEmpty()) {
      section.need("key", "key: \"${env:MASK_KEY}\"");
    } else if (key.isPresent() && key.get().value().length() < 16) {
      section.problem("key", "is shorter than 16 characters; make one with: openssl rand -hex 32");
    }
    return new Kind.Mask(columns, key.map(text -> new Secret(text.value())).orElse(null));
  }

  private static Optional<MaskRule> rule(Entry entry) {
    if (!entry.isMap()) {
      return entry.word(RULES);
    }
    Section section = Section.of(entry, List.of("partial"), List.of());
    return section
        .need("partial", "partial: { first: 1, last: 4 }")
        .map(
            each -> {
              Section partial = Section.of(each, List.of("first", "last"), List.of());
              return new MaskRule.Partial(shown(partial, "first"), shown(partial, "last"));
            });
  }

  private static int shown(Section partial, String key) {
    return partial.get(key).flatMap(each -> each.integer(0, MAX_SHOWN)).orElse(0);
  }
}
