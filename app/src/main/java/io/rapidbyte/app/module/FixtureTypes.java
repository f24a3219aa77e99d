package io.rapidbyte.app.module;

import io.rapidbyte.schemas.type.PgType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Postgres types as a person writes them in a fixture: {@code numeric(10,2)}, {@code text[]}. */
final class FixtureTypes {
  private static final Pattern TYPE =
      Pattern.compile(
          "([a-z][a-z0-9_ ]*?)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?(\\[])?");

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("bool", "boolean"),
          Map.entry("int", "integer"),
          Map.entry("int2", "smallint"),
          Map.entry("int4", "integer"),
          Map.entry("int8", "bigint"),
          Map.entry("float4", "real"),
          Map.entry("float8", "double precision"),
          Map.entry("decimal", "numeric"),
          Map.entry("varchar", "character varying"),
          Map.entry("char", "character"),
          Map.entry("time", "time without time zone"),
          Map.entry("timetz", "time with time zone"),
          Map.entry("timestamp", "timestamp without time zone"),
          Map.entry("timestamptz", "timestamp with time zone"));

  private static final int MAX_PRECISION = 1_000;
  private static final int HEADER = 4;
  private static final int PRECISION_SHIFT = 16;
  private static final int SCALE_MASK = 0x7ff;

  private FixtureTypes() {}

  /** The type; empty where the text names none. */
  static Optional<PgType> of(String text) {
    Matcher parts = TYPE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String name = SHORT.getOrDefault(parts.group(1), parts.group(1));
    int typmod = typmod(name, parts.group(2), parts.group(3));
    PgType element = new PgType.Base(0, name, typmod);
    return Optional.of(
        parts.group(4) == null ? element : new PgType.Array(0, name + "[]", element, 1));
  }

  private static int typmod(
      String name,
      @org.jspecify.annotations.Nullable String first,
      @org.jspecify.annotations.Nullable String second) {
    if (first == null) {
      return -1;
    }
    int length = Integer.parseInt(first);
    if (!name.equals("numeric")) {
      return name.startsWith("character") ? length + HEADER : length;
    }
    int scale = second == null ? 0 : Integer.parseInt(second);
    int precision = Math.clamp(length, 1, MAX_PRECISION);
    return ((precision << PRECISION_SHIFT) | (scale & SCALE_MASK)) + HEADER;
  }
}
