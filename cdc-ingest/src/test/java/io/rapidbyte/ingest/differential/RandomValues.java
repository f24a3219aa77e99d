package io.rapidbyte.ingest.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random values of a type, as SQL expressions. */
final class RandomValues {
  private static final String[] WORDS = {
    "",
    "a",
    "NULL",
    "naïve",
    "日本",
    "🚀",
    "tab\t",
    "new\nline",
    "back\\slash",
    "quo\"te",
    "{}",
    "a,b",
    "(x)",
    "it''s",
    " lead",
    "trail ",
    "1.5",
    "\u00a0",
    "\u2028",
    "е́"
  };
  private static final int SECONDS_PER_DAY = 86_400;

  private RandomValues() {}

  /** A value; empty where only the fixed ones of the type are used. */
  static Optional<String> of(String type, RandomGenerator random) {
    return switch (type) {
      case "boolean" -> Optional.of(Boolean.toString(random.nextBoolean()));
      case "smallint" -> Optional.of(Integer.toString(random.nextInt(-32768, 32768)));
      case "integer" -> Optional.of("(" + random.nextInt() + ")");
      case "bigint" -> Optional.of("'" + random.nextLong() + "'");
      case "real" -> Optional.of("'" + Float.intBitsToFloat(random.nextInt()) + "'");
      case "double precision" ->
          Optional.of("'" + Double.longBitsToDouble(random.nextLong()) + "'");
      case "numeric" -> Optional.of(numeric(random, 60, 40));
      case "numeric(10,2)" -> Optional.of(numeric(random, 8, 2));
      case "numeric(20,7)" -> Optional.of(numeric(random, 13, 7));
      case "numeric(38,0)" -> Optional.of(numeric(random, 38, 0));
      case "numeric(38,38)" -> Optional.of("0." + digits(random, 38));
      case "text", "character varying", "character varying(5000)", "citext" ->
          Optional.of(word(random));
      case "date" -> Optional.of("date '2000-01-01' + " + random.nextInt(-2_400_000, 10_000_000));
      case "timestamp" -> Optional.of("'" + stamp(random) + "'");
      case "timestamptz" -> Optional.of("'" + stamp(random) + "+0" + random.nextInt(10) + ":30'");
      case "timestamp(3)", "timestamp(0)", "timestamptz(2)" ->
          Optional.of("'" + stamp(random) + "'");
      default -> structured(type, random);
    };
  }

  private static Optional<String> structured(String type, RandomGenerator random) {
    return switch (type) {
      case "time" -> Optional.of("time '00:00' + interval '" + seconds(random) + " s'");
      case "timetz" ->
          Optional.of(
              "(time '00:00' + interval '%s s')::text || '%+03d:%02d'"
                  .formatted(seconds(random), random.nextInt(-15, 16), random.nextInt(60)));
      case "interval" -> Optional.of(interval(random));
      case "bytea" -> Optional.of("decode('" + hex(random, random.nextInt(40)) + "', 'hex')");
      case "uuid" -> Optional.of("'" + hex(random, 16) + "'");
      case "inet" -> Optional.of("'%s/%d'".formatted(address(random), random.nextInt(33)));
      case "macaddr" -> Optional.of("'" + hex(random, 6) + "'");
      case "bit varying" -> Optional.of("B'" + bits(random) + "'");
      case "json", "jsonb" ->
          Optional.of(
              "json_build_object(%s, %s, 'n', %s)::text"
                  .formatted("'k' || " + word(random), word(random), numeric(random, 20, 5)));
      case "int4range" -> Optional.of(range(random, "int4range"));
      case "int8range" -> Optional.of(range(random, "int8range"));
      case "numrange" -> Optional.of(range(random, "numrange"));
      case "point" ->
          Optional.of("point(%s, %s)".formatted(random.nextGaussian(), random.nextGaussian()));
      case "hstore" ->
          Optional.of("hstore(%s, %s) || hstore('b', NULL)".formatted(word(random), word(random)));
      case "pg_lsn" -> Optional.of("'%X/%X'".formatted(random.nextInt(), random.nextInt()));
      case "oid" -> Optional.of("'" + Integer.toUnsignedString(random.nextInt()) + "'");
      case "integer[]" ->
          Optional.of(array(random, type, () -> Integer.toString(random.nextInt(-9, 10))));
      case "bigint[]" -> Optional.of(array(random, type, () -> "'" + random.nextLong() + "'"));
      case "text[]" -> Optional.of(array(random, type, () -> word(random)));
      case "double precision[]" ->
          Optional.of(array(random, type, () -> "'" + random.nextGaussian() + "'"));
      case "numeric[]" -> Optional.of(array(random, type, () -> numeric(random, 9, 9)));
      case "timestamptz[]" -> Optional.of(array(random, type, () -> "'" + stamp(random) + "'"));
      case "interval[]" -> Optional.of(array(random, type, () -> interval(random)));
      case "address" ->
          Optional.of(
              "ROW(%s, %d, %s, %s)"
                  .formatted(
                      word(random),
                      random.nextInt(),
                      array(random, "text[]", () -> word(random)),
                      numeric(random, 6, 2)));
      default -> Optional.empty();
    };
  }

  private static String array(RandomGenerator random, String type, Supplier<String> element) {
    List<String> elements = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      elements.add(random.nextInt(4) == 0 ? "NULL" : element.get());
    }
    return "ARRAY[" + String.join(", ", elements) + "]::" + type;
  }

  private static String numeric(RandomGenerator random, int whole, int fraction) {
    String sign = random.nextBoolean() ? "-" : "";
    String point = fraction == 0 ? "" : "." + digits(random, 1 + random.nextInt(fraction));
    return "'" + sign + digits(random, 1 + random.nextInt(whole)) + point + "'::numeric";
  }

  private static String digits(RandomGenerator random, int count) {
    StringBuilder digits = new StringBuilder();
    IntStream.range(0, count).forEach(i -> digits.append(random.nextInt(10)));
    return digits.toString();
  }

  private static String word(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return "'" + text + "'";
  }

  private static String stamp(RandomGenerator random) {
    return "%04d-%02d-%02d %02d:%02d:%02d.%06d"
        .formatted(
            random.nextInt(1, 10_000),
            random.nextInt(1, 13),
            random.nextInt(1, 29),
            random.nextInt(24),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(1_000_000));
  }

  private static String seconds(RandomGenerator random) {
    return "%d.%06d".formatted(random.nextInt(SECONDS_PER_DAY), random.nextInt(1_000_000));
  }

  private static String interval(RandomGenerator random) {
    return "'%d mons %d days %d.%06d s'::interval"
        .formatted(
            random.nextInt(-1000, 1000),
            random.nextInt(-1000, 1000),
            random.nextInt(-1_000_000, 1_000_000),
            random.nextInt(1_000_000));
  }

  private static String hex(RandomGenerator random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return java.util.HexFormat.of().formatHex(value);
  }

  private static String bits(RandomGenerator random) {
    StringBuilder bits = new StringBuilder();
    int count = random.nextInt(1, 40);
    IntStream.range(0, count).forEach(i -> bits.append(random.nextInt(2)));
    return bits.toString();
  }

  private static String address(RandomGenerator random) {
    return "%d.%d.%d.%d"
        .formatted(
            random.nextInt(256), random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private static String range(RandomGenerator random, String type) {
    int low = random.nextInt(-1000, 1000);
    return "%s(%d, %d, '%s')"
        .formatted(type, low, low + random.nextInt(100), random.nextBoolean() ? "[]" : "(]");
  }
}
