package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads where a Postgres is, from keys of its own or from {@code url}, which excludes them.
 *
 * <p>A file may come from somebody who has no business on this machine: of the driver's parameters
 * it may set those that say how to connect, and none that names a class, a file to write or a
 * session's settings.
 */
final class AddressSection {
  /** The keys, in the order in which they are told. */
  static final List<String> KEYS =
      List.of(
          "url",
          "host",
          "port",
          "database",
          "user",
          "password",
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey");

  /** What stands in for an address that could not be read; there is a problem beside it. */
  static final PostgresAddress NOWHERE =
      new PostgresAddress("", 1, "", "", null, "prefer", Map.of());

  /** libpq's words, weakest first. */
  static final Map<String, String> SSLMODES =
      SourceSection.words(
          Stream.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
          word -> word);

  private static final List<String> FILES = List.of("sslrootcert", "sslcert", "sslkey");
  private static final List<String> PARAMETERS =
      List.of(
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslpassword",
          "channelBinding",
          "connectTimeout",
          "socketTimeout",
          "tcpKeepAlive",
          "gssEncMode",
          "targetServerType",
          "ApplicationName");

  private final Path base;

  /** Files are meant relative to {@code base}. */
  AddressSection(Path base) {
    this.base = base;
  }

  PostgresAddress read(Section section) {
    if (!section.has("url")) {
      return fromKeys(section);
    }
    for (String key : KEYS) {
      if (!key.equals("url") && section.has(key)) {
        section.problem(key, "stands beside url; write one or the other");
      }
    }
    Optional<Text> url = section.text("url");
    if (url.isEmpty()) {
      return NOWHERE;
    }
    Optional<PostgresAddress> parsed = PostgresAddress.parse(url.get().value());
    if (parsed.isEmpty()) {
      section.problem(
          "url",
          "expected postgres://user:password@host:5432/database?sslmode=prefer"
              + " or jdbc:postgresql://host:5432/database?user=…");
      return NOWHERE;
    }
    if (parsed.get().user().isEmpty()) {
      section.problem("url", "names no user; write postgres://USER@host:5432/database");
    }
    for (String name : parsed.get().properties().keySet()) {
      if (!PARAMETERS.contains(name)) {
        section.problem(
            "url", "takes no such parameter; those it takes: " + String.join(", ", PARAMETERS));
      }
    }
    return withFiles(parsed.get());
  }

  private PostgresAddress fromKeys(Section section) {
    Optional<Text> password = section.text("password");
    Map<String, String> files = new LinkedHashMap<>();
    for (String key : FILES) {
      section.text(key).ifPresent(text -> files.put(key, text.value()));
    }
    return withFiles(
        new PostgresAddress(
            needed(section, "host", "host: localhost"),
            section.get("port").flatMap(each -> each.integer(1, 65_535)).orElse(5432),
            needed(section, "database", "database: shop"),
            needed(section, "user", "user: rapidbyte"),
            password.isEmpty() ? null : new Secret(password.get().value()),
            section.get("sslmode").flatMap(each -> each.word(SSLMODES)).orElse("prefer"),
            files));
  }

  private static String needed(Section section, String key, String example) {
    return section.need(key, example).flatMap(Entry::text).map(Text::value).orElse("");
  }

  private PostgresAddress withFiles(PostgresAddress address) {
    Map<String, String> properties = new LinkedHashMap<>(address.properties());
    for (String key : FILES) {
      properties.computeIfPresent(key, (name, file) -> base.resolve(file).toString());
    }
    return new PostgresAddress(
        address.host(),
        address.port(),
        address.database(),
        address.user(),
        address.password(),
        address.sslmode(),
        properties);
  }
}
