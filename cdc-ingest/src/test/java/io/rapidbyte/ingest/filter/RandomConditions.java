package io.rapidbyte.ingest.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows and conditions at random, over the table {@link #TABLE}. */
final class RandomConditions {
  static final String TABLE =
      """
      CREATE TYPE mood AS ENUM ('sad', 'ok', 'Zen', 'happy');
      CREATE DOMAIN score AS integer;
      CREATE TABLE filtered (
        id integer PRIMARY KEY, i2 smallint, i4 integer, i8 bigint, n numeric(12,3), nu numeric,
        f4 real, f8 double precision, bo boolean, t text, tc text COLLATE "C",
        v varchar(20) COLLATE "C", b char(6) COLLATE "C", e mood, d date, ti time, ts timestamp,
        tz timestamptz, u uuid, sc score, j jsonb, "Odd ""name" integer)\
      """;

  static final List<String> COLUMNS =
      List.of(
          "id",
          "i2",
          "i4",
          "i8",
          "n",
          "nu",
          "f4",
          "f8",
          "bo",
          "t",
          "tc",
          "v",
          "b",
          "e",
          "d",
          "ti",
          "ts",
          "tz",
          "u",
          "sc",
          "j",
          "\"Odd \"\"name\"");

  private static final List<String> NUMBERS =
      List.of("id", "i2", "i4", "i8", "n", "nu", "f4", "f8", "sc", "\"Odd \"\"name\"");
  private static final List<String> COMPARISONS = List.of("=", "<>", "!=", "<", "<=", ">", ">=");

  private final Random random;

  RandomConditions(Random random) {
    this.random = random;
  }

  String row(int id) {
    List<String> values = new ArrayList<>(List.of(Integer.toString(id)));
    for (String column : COLUMNS.subList(1, COLUMNS.size())) {
      values.add(random.nextInt(5) == 0 ? "NULL" : value(column));
    }
    return "(" + String.join(", ", values) + ")";
  }

  private String value(String column) {
    return switch (column) {
      case "i2" -> any("0", "1", "-1", "7", "32767", "-32768");
      case "i4", "sc", "\"Odd \"\"name\"" ->
          any("0", "1", "-1", "7", "10", "2147483647", "-2147483648");
      case "i8" -> any("0", "1", "-7", "3000000000", "9223372036854775807", "-9223372036854775808");
      case "n" -> any("0", "0.001", "-0.5", "1.1", "7", "123456789.125", "'NaN'");
      case "nu" ->
          any("0", "1.10", "-0.0001", "1e30", "33333333333333333333.3", "'NaN'", "0.30000");
      case "f4" -> any("0", "1.1", "-0.0", "7", "'NaN'", "'Infinity'", "3.4e38", "1e-40");
      case "f8" ->
          any("0", "1.1", "0.1", "7", "'NaN'", "'-Infinity'", "1.7e308", "0.30000000000000004");
      case "bo" -> any("true", "false");
      case "t", "tc", "v" -> string();
      case "b" -> any("'a'", "'a b'", "'AB'", "''", "'%'");
      case "e" -> any("'sad'", "'ok'", "'Zen'", "'happy'");
      case "d" -> date();
      case "ti" -> any("'00:00'", "'12:34:56.789'", "'24:00'");
      case "ts" -> timestamp("");
      case "tz" -> timestamp(any("+00", "-08", "+05:30"));
      case "u" ->
          any(
              "'00000000-0000-0000-0000-000000000001'",
              "'ffffffff-0000-0000-0000-000000000001'",
              "'7f000000-0000-4000-8000-00000000abcd'");
      default -> "'{\"a\": 1}'";
    };
  }

  private String string() {
    return any(
        "''",
        "'a'",
        "'A'",
        "'ab'",
        "'abc'",
        "'a%'",
        "'a_c'",
        "'a\\b'",
        "'ü'",
        "'Ü'",
        "'it''s'",
        "'\uD83D\uDE00'",
        "'\uFFFD'",
        "'draft'",
        "'b  '",
        "'1'");
  }

  private String date() {
    return any(
        "'2026-01-31'",
        "'2000-01-01'",
        "'1999-12-31'",
        "'0044-03-15 BC'",
        "'infinity'",
        "'-infinity'",
        "'9999-12-31'");
  }

  private String timestamp(String zone) {
    String moment =
        any(
            "2026-01-31 00:00:00",
            "2026-01-31 12:34:56.789",
            "1970-01-01 00:00:00.000001",
            "0044-03-15 01:02:03",
            "infinity",
            "-infinity");
    return "'" + (moment.endsWith("infinity") ? moment : moment + zone) + "'";
  }

  String condition(int depth) {
    return switch (random.nextInt(depth <= 0 ? 9 : 14)) {
      case 0, 1 -> number(2) + " " + oneOf(COMPARISONS) + " " + number(2);
      case 2 -> sameKind();
      case 3 -> any("bo", "NOT bo", "bo IS NOT TRUE", "bo IS UNKNOWN", "bo = 'yes'", "bo <> false");
      case 4 -> oneOf(COLUMNS) + any(" IS NULL", " IS NOT NULL", " ISNULL");
      case 5 -> any("t", "tc", "v", "b") + any(" LIKE ", " NOT LIKE ", " ILIKE ") + pattern();
      case 6 -> in();
      case 7 -> number(1) + any(" BETWEEN ", " NOT BETWEEN ") + number(1) + " AND " + number(1);
      case 8 -> casts();
      case 9 -> "(" + condition(depth - 1) + ")" + any("", " IS NULL", " IS FALSE");
      case 10 -> "NOT (" + condition(depth - 1) + ")";
      case 11, 12 -> condition(depth - 1) + " AND " + condition(depth - 1);
      default -> condition(depth - 1) + " OR " + condition(depth - 1);
    };
  }

  private String number(int depth) {
    return switch (random.nextInt(depth <= 0 ? 4 : 6)) {
      case 0, 1 -> oneOf(NUMBERS);
      case 2 ->
          any("0", "1", "-1", "7", "1.1", "0.5", "3000000000", "1e3", "NULL", "'7'", "2147483648");
      case 3 ->
          any(
              "-i4",
              "- n",
              "+f8",
              "1.1::real",
              "'1.5'::numeric",
              "2.5::int",
              "7::smallint",
              "CAST(3 AS bigint)");
      case 4 -> oneOf(NUMBERS) + any(" + ", " - ", " * ", " / ") + number(depth - 1);
      default -> "(" + oneOf(NUMBERS) + any(" + ", " * ", " / ") + number(depth - 1) + ")";
    };
  }

  private String sameKind() {
    String column = any("t", "tc", "v", "b", "e", "d", "ti", "ts", "tz", "u");
    boolean text = column.equals("t");
    String comparison = text ? any("=", "<>") : oneOf(COMPARISONS);
    String other =
        switch (random.nextInt(4)) {
          case 0 -> column;
          case 1 -> column.equals("d") ? any("ts", "d + 1", "date '2026-01-30'") : value(column);
          default -> value(column);
        };
    if (random.nextInt(6) == 0) {
      return column + " IS " + any("", "NOT ") + "DISTINCT FROM " + other;
    }
    return column + " " + comparison + " " + other;
  }

  private String casts() {
    return any(
        "d = DATE '2026-01-31'",
        "ts > TIMESTAMP '2026-01-31 12:00'",
        "tz >= timestamp with time zone '2026-01-31 12:00+01'",
        "e = 'sad'::mood",
        "e::text = 'sad'",
        "ts::date = '2026-01-31'",
        "d - date '2000-01-01' > 3",
        "b::text = 'a'",
        "b = tc",
        "v = b",
        "filtered.i4 > 3",
        "public.filtered.i4 > 3",
        "i4::text = '7'",
        "f8::int = 7",
        "n::int > 0",
        "e > 'ok' AND e <= 'happy'",
        "d > '2026-01-30'::date");
  }

  private String in() {
    String not = any(" IN ", " NOT IN ");
    return switch (random.nextInt(5)) {
      case 0 -> "e" + not + "('sad', 'Zen')";
      case 1 -> any("t", "v", "b") + not + "(" + string() + ", " + any("NULL", string()) + ")";
      case 2 -> any("f4", "f8", "n", "i4") + not + "(1.1)";
      case 3 -> oneOf(NUMBERS) + not + "(1.1, " + any("7", "NULL", "0.5", "id") + ", 7)";
      default -> oneOf(NUMBERS) + not + "(" + number(1) + ", " + number(1) + ")";
    };
  }

  private String pattern() {
    return any(
        "'a%'",
        "'%b%'",
        "'_'",
        "'a\\%'",
        "'A_C'",
        "'%'",
        "''",
        "'%\\\\%'",
        "'ü'",
        "'a%c'",
        "tc",
        "'a     '",
        "NULL");
  }

  private String any(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String oneOf(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
