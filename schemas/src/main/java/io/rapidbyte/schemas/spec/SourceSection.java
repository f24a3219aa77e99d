package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code source}, and the addresses that destinations share with it. */
final class SourceSection {
  /** libpq's words, weakest first. */
  static final Map<String, String> SSLMODES =
      words(
          Stream.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
          word -> word);

  /** Keys of an address. */
  static final List<String> ADDRESS =
      List.of("url", "host", "port", "database", "user", "password", "sslmode");

  private static final Map<String, SnapshotMode> SNAPSHOT_MODES =
      words(Stream.of(SnapshotMode.values()), mode -> WriteModes.label(mode));
  private static final SnapshotSpec DEFAULT_SNAPSHOT = new SnapshotSpec(SnapshotMode.INITIAL, 2);
  private static final int MAX_WORKERS = 64;
  private static final int MAX_IDENTIFIER = 63;
  private static final PostgresAddress NOWHERE =
      new PostgresAddress("", 1, "", "", null, "prefer", Map.of());

  private SourceSection() {}

  static <T> Map<String, T> words(Stream<T> values, Function<T, String> label) {
    return values.collect(
        Collectors.toMap(label, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  static SourceSpec read(Optional<Entry> entry, String pipeline) {
    String ours = "rapidbyte_" + pipeline.replace('-', '_');
    if (entry.isEmpty()) {
      return new SourceSpec(NOWHERE, ours, ours, DEFAULT_SNAPSHOT);
    }
    Section source =
        Section.of(entry.get(), List.of("postgres", "snapshot"), List.of("debezium", "wasm"));
    Optional<Section> postgres =
        source
            .need("postgres", "postgres: { host: localhost, database: shop, user: rapidbyte }")
            .map(each -> Section.of(each, plus(ADDRESS, "slot", "publication"), List.of()));
    return new SourceSpec(
        postgres.map(SourceSection::address).orElse(NOWHERE),
        postgres.flatMap(each -> slot(each)).orElse(ours),
        postgres.flatMap(each -> each.text("publication")).map(Text::value).orElse(ours),
        source.get("snapshot").map(SourceSection::snapshot).orElse(DEFAULT_SNAPSHOT));
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

  /** Reads an address from its own keys or from {@code url}, which excludes them. */
  static PostgresAddress address(Section section) {
    if (!section.has("url")) {
      return fromKeys(section);
    }
    for (String key : ADDRESS) {
      if (!key.equals("url") && section.has(key)) {
        section.problem(key, "stands beside url; write one or the other");
      }
    }
    Optional<Text> url = section.text("url");
    if (url.isEmpty()) {
      return NOWHERE;
    }
    Optional<PostgresAddress> parsed = PostgresUrl.parse(url.get().value());
    if (parsed.isEmpty()) {
      section.problem(
          "url",
          "expected postgres://user:password@host:5432/database?sslmode=prefer"
              + " or jdbc:postgresql://host:5432/database?user=…");
    } else if (parsed.get().user().isEmpty()) {
      section.problem("url", "names no user; write postgres://USER@host:5432/database");
    }
    return parsed.orElse(NOWHERE);
  }

  private static PostgresAddress fromKeys(Section section) {
    Optional<Text> password = section.text("password");
    return new PostgresAddress(
        needed(section, "host", "host: localhost"),
        section.get("port").flatMap(each -> each.integer(1, 65_535)).orElse(5432),
        needed(section, "database", "database: shop"),
        needed(section, "user", "user: rapidbyte"),
        password.isEmpty() ? null : new Secret(password.get().value()),
        section.get("sslmode").flatMap(each -> each.word(SSLMODES)).orElse("prefer"),
        Map.of());
  }

  private static String needed(Section section, String key, String example) {
    return section.need(key, example).flatMap(Entry::text).map(Text::value).orElse("");
  }
}
