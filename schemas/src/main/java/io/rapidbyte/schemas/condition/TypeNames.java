package io.rapidbyte.schemas.condition;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names by which a condition may call types. */
final class TypeNames {
  private static final Map<String, ValueKind> KINDS =
      Map.ofEntries(
          Map.entry("bool", ValueKind.BOOL),
          Map.entry("boolean", ValueKind.BOOL),
          Map.entry("int2", ValueKind.INT2),
          Map.entry("smallint", ValueKind.INT2),
          Map.entry("int", ValueKind.INT4),
          Map.entry("int4", ValueKind.INT4),
          Map.entry("integer", ValueKind.INT4),
          Map.entry("int8", ValueKind.INT8),
          Map.entry("bigint", ValueKind.INT8),
          Map.entry("numeric", ValueKind.NUMERIC),
          Map.entry("decimal", ValueKind.NUMERIC),
          Map.entry("float4", ValueKind.FLOAT4),
          Map.entry("real", ValueKind.FLOAT4),
          Map.entry("float8", ValueKind.FLOAT8),
          Map.entry("double precision", ValueKind.FLOAT8),
          Map.entry("text", ValueKind.TEXT),
          Map.entry("varchar", ValueKind.TEXT),
          Map.entry("character varying", ValueKind.TEXT),
          Map.entry("bpchar", ValueKind.BPCHAR),
          Map.entry("date", ValueKind.DATE),
          Map.entry("time", ValueKind.TIME),
          Map.entry("time without time zone", ValueKind.TIME),
          Map.entry("timestamp", ValueKind.TIMESTAMP),
          Map.entry("timestamp without time zone", ValueKind.TIMESTAMP),
          Map.entry("timestamptz", ValueKind.TIMESTAMPTZ),
          Map.entry("timestamp with time zone", ValueKind.TIMESTAMPTZ),
          Map.entry("uuid", ValueKind.UUID));

  private static final Set<String> LONGER =
      Set.of(
          "double precision",
          "character varying",
          "time without",
          "time without time",
          "time without time zone",
          "timestamp without",
          "timestamp without time",
          "timestamp without time zone",
          "timestamp with",
          "timestamp with time",
          "timestamp with time zone");

  private TypeNames() {}

  static Optional<ValueKind> kind(String name) {
    String bare = name.startsWith("pg_catalog.") ? name.substring("pg_catalog.".length()) : name;
    return Optional.ofNullable(KINDS.get(bare));
  }

  /** Whether {@code word} belongs to the type's name that began with {@code begun}. */
  static boolean continues(String begun, String word) {
    return LONGER.contains(begun + " " + word);
  }

  /** Whether a string may follow the word, to make a date or time. */
  static boolean startsDateTime(String word) {
    return Set.of("date", "time", "timestamp", "timestamptz").contains(word);
  }
}
