package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A map of the file whose keys are ours: anything else in it is a problem. */
final class Section {
  /** What the grammar knows and this version does not do: told, never ignored. */
  static final String NOT_AVAILABLE = "not available in this version; leave it out";

  private final Entry self;
  private final Map<String, Entry> entries;

  private Section(Entry self, Map<String, Entry> entries) {
    this.self = self;
    this.entries = entries;
  }

  /** Reads {@code entry} as a section with {@code known} keys and {@code later} ones. */
  static Section of(Entry entry, List<String> known, List<String> later) {
    Map<String, Entry> entries = entry.map();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      if (later.contains(each.getKey())) {
        each.getValue().problem(NOT_AVAILABLE);
      } else if (!known.contains(each.getKey())) {
        each.getValue().problem(unknown(each.getKey(), known));
      }
    }
    entries.values().removeIf(Entry::isNull);
    return new Section(entry, entries);
  }

  private static String unknown(String key, List<String> known) {
    return NearestWord.to(key, known)
        .map(nearest -> "unknown key, did you mean \"" + nearest + "\"?")
        .orElse("unknown key; known here: " + String.join(", ", known));
  }

  /** The value of a key; empty where it is absent or null. */
  Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The value of a key that must be there. */
  Optional<Entry> need(String key, String example) {
    Optional<Entry> entry = get(key);
    if (entry.isEmpty() && self.isMap()) {
      String path = self.path().isEmpty() ? key : self.path() + "." + key;
      self.problems().add(self.line(), path, "is missing, for example " + example);
    }
    return entry;
  }

  Optional<Text> text(String key) {
    return get(key).flatMap(Entry::text);
  }

  /** Texts of a list or of a single value; empty where the key is absent. */
  Optional<List<String>> texts(String key) {
    return get(key)
        .map(
            entry ->
                entry.listOrOne().stream()
                    .flatMap(item -> item.text().stream())
                    .map(Text::value)
                    .toList());
  }

  void problem(String message) {
    self.problem(message);
  }

  void problem(String key, String message) {
    get(key).orElse(self).problem(message);
  }
}
