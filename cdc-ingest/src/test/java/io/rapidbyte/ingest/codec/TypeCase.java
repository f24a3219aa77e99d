package io.rapidbyte.ingest.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A Postgres type and values of it, as SQL expressions.
 *
 * @param as the column's {@code as}, empty for none
 * @param since the first major version of Postgres that has the values
 */
public record TypeCase(String type, String as, List<String> values, int since) {
  private static final int OLDEST = 14;

  static TypeCase of(String type, String... values) {
    return new TypeCase(type, "", List.of(values), OLDEST);
  }

  static TypeCase since(int major, String type, String... values) {
    return new TypeCase(type, "", List.of(values), major);
  }

  static TypeCase as(String type, String as, String... values) {
    return new TypeCase(type, as, List.of(values), OLDEST);
  }

  /** The type, and what it is taken as. */
  public String title() {
    return as.isEmpty() ? type : type + " as " + as;
  }

  /** The same without some values. */
  public TypeCase without(Set<String> unwanted) {
    return new TypeCase(
        type, as, values.stream().filter(value -> !unwanted.contains(value)).toList(), since);
  }

  /** The same with some of the values. */
  public TypeCase only(Set<String> wanted) {
    return new TypeCase(type, as, values.stream().filter(wanted::contains).toList(), since);
  }

  /** What must exist before the types do. */
  public static final List<String> PRELUDE =
      List.of(
          "CREATE EXTENSION hstore",
          "CREATE EXTENSION citext",
          "CREATE EXTENSION ltree",
          "CREATE EXTENSION cube",
          "CREATE EXTENSION isn",
          "CREATE EXTENSION seg",
          "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy', 'naïve, \"quoted\"')",
          "CREATE TYPE address AS (street text, zip integer, tags text[], paid numeric(8,2))",
          "CREATE TYPE person AS (name text, home address, born date)",
          "CREATE TYPE box_holder AS (b box, p point)",
          "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
          "CREATE DOMAIN short_name AS varchar(20)",
          "CREATE DOMAIN amounts AS numeric(10,2)[]",
          "CREATE DOMAIN tiny AS positive CHECK (VALUE < 100)",
          "CREATE DOMAIN feeling AS mood",
          "CREATE DOMAIN abode AS address",
          "CREATE TYPE bundle AS (m mood, d tiny, r int4range, n numeric, j jsonb, w interval)",
          "CREATE TYPE empty_row AS ()",
          "CREATE TYPE float_range AS RANGE (subtype = float8)");

  /** Every case, in the order of the golden file. */
  public static List<TypeCase> all() {
    List<TypeCase> cases = new ArrayList<>();
    numbers(cases);
    texts(cases);
    times(cases);
    structures(cases);
    arrays(cases);
    extensions(cases);
    textOnly(cases);
    overrides(cases);
    return cases;
  }

  /** Those that a version of Postgres has, under their own type. */
  public static List<TypeCase> of(int major) {
    return all().stream().filter(c -> c.since() <= major && c.as().isEmpty()).toList();
  }

  private static void numbers(List<TypeCase> cases) {
    cases.add(of("boolean", "true", "false"));
    cases.add(of("smallint", "0", "-32768", "32767"));
    cases.add(of("integer", "0", "-2147483648", "2147483647"));
    cases.add(of("bigint", "0", "-9223372036854775808", "9223372036854775807"));
    cases.add(
        of(
            "real",
            "0",
            "'-0'",
            "1.5",
            "0.1",
            "3.4028235e38",
            "1e-45",
            "1e6",
            "123456",
            "1e-5",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'"));
    cases.add(
        of(
            "double precision",
            "0",
            "'-0'",
            "0.1",
            "1e15",
            "1e14",
            "1e-5",
            "5.684341886080801e-14",
            "5e-324",
            "1.7976931348623157e308",
            "9007199254740993",
            "2e-323",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'"));
    cases.add(
        of(
            "numeric",
            "0",
            "0.00",
            "-1",
            "10000",
            "1.10",
            "0.0000000000000001",
            "100000000",
            "12345678901234567890123456789012345678901234567890.123",
            "'1e200'",
            "'1e-200'",
            "-9999.9999",
            "repeat('9', 1000)::numeric + 0.5",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'"));
    cases.add(
        of("numeric(10,2)", "0", "99999999.99", "-99999999.99", "1.5", "0.01", "-0.01", "'NaN'"));
    cases.add(
        of(
            "numeric(38,0)",
            "0",
            "99999999999999999999999999999999999999",
            "-99999999999999999999999999999999999999",
            "10000000000000000000000000000000000000",
            "18446744073709551616",
            "9223372036854775808",
            "-18446744073709551616"));
    cases.add(
        of(
            "numeric(38,38)",
            "0",
            "0.99999999999999999999999999999999999999",
            "-0.00000000000000000000000000000000000001",
            "0.1"));
    cases.add(of("numeric(20,7)", "1234567890123.1234567", "-0.0000001", "1000000000000"));
    cases.add(of("numeric(39,0)", "999999999999999999999999999999999999999"));
    cases.add(since(15, "numeric(5,-2)", "12345", "-1234567"));
    cases.add(since(15, "numeric(3,5)", "0.00123"));
    cases.add(of("oid", "0", "4294967295"));
    cases.add(of("xid", "'42'", "'4294967295'"));
    cases.add(of("xid8", "'18446744073709551615'"));
    cases.add(of("pg_lsn", "'0/0'", "'16/B374D848'", "'FFFFFFFF/FFFFFFFF'"));
    cases.add(of("tid", "'(0,1)'", "'(4294967295,65535)'"));
  }

  private static void texts(List<TypeCase> cases) {
    String[] words = {
      "''",
      "'a'",
      "'naïve 🚀 日本'",
      "E'tab\\tnewline\\nback\\\\slash \"quote\"'",
      "repeat('x', 5000)"
    };
    cases.add(of("text", words));
    cases.add(of("character varying(5000)", words));
    cases.add(of("character(6)", "'ab'", "''"));
    cases.add(of("bpchar", "'ab  '"));
    cases.add(of("name", "'pg_class'"));
    cases.add(of("\"char\"", "'a'", "''"));
    cases.add(since(15, "\"char\"", "E'\\\\200'::\"char\""));
    cases.add(of("xml", "'<a>1 &amp; 2</a>'", "'<?xml version=\"1.0\"?><b/>'"));
    cases.add(of("json", "'{\"a\": 1.0,  \"b\": [null]}'", "'1e400'"));
    cases.add(of("jsonb", "'{\"b\": 1.00, \"a\": \"ü\"}'", "'[]'", "'null'"));
    cases.add(of("jsonpath", "'$.a[*] ? (@ > 1)'"));
    cases.add(of("bytea", "''", "'\\x00ff10'", "'\\xdeadbeef'"));
    cases.add(
        of(
            "uuid",
            "'00000000-0000-0000-0000-000000000000'",
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"));
    cases.add(of("mood", "'sad'", "'so so'", "'naïve, \"quoted\"'"));
    cases.add(of("positive", "7"));
    cases.add(of("short_name", "'bob'"));
    cases.add(of("bit(5)", "B'10101'", "B'00000'"));
    cases.add(of("bit varying", "B''", "B'1'", "B'101010101'"));
    cases.add(of("bit(1)", "B'1'", "B'0'"));
    cases.add(of("bit(70)", "repeat('10', 35)::bit(70)", "B'1'::bit(70)"));
    cases.add(of("bit varying(12)", "B''", "B'000000000001'"));
    cases.add(of("character varying", "''", "'a'"));
    cases.add(of("character(1)", "'a'", "''"));
    cases.add(of("tiny", "7"));
    cases.add(of("feeling", "'happy'"));
    cases.add(
        of(
            "inet",
            "'127.0.0.1'",
            "'10.1.2.3/8'",
            "'0.0.0.0/0'",
            "'::'",
            "'::1'",
            "'::5'",
            "'::ffff:1.2.3.4'",
            "'::1.2.3.4'",
            "'2001:db8::ff00:42:8329/64'",
            "'1:0:0:2:0:0:0:3'",
            "'1:2:3:4:5:6:7:0'",
            "'1:0:2:3:4:5:6:7'",
            "'fe80::'"));
    cases.add(of("cidr", "'10.0.0.0/8'", "'192.168.1.1/32'", "'2001:db8::/32'", "'::/0'"));
    cases.add(of("macaddr", "'08:00:2b:01:02:0f'"));
    cases.add(of("macaddr8", "'08:00:2b:01:02:03:04:fF'"));
    cases.add(
        of(
            "tsvector",
            "''",
            "'a fat cat'",
            "'a:1A fat:2B,4C cat:5D'",
            "$$'it''s' 'back\\\\slash' 'two words'$$"));
  }

  private static void times(List<TypeCase> cases) {
    cases.add(
        of(
            "date",
            "'1970-01-01'",
            "'2000-02-29'",
            "'1969-12-31'",
            "'4713-11-24 BC'",
            "'0001-01-01'",
            "'0001-12-31 BC'",
            "'5874897-12-31'",
            "'infinity'",
            "'-infinity'"));
    cases.add(of("time", "'00:00'", "'23:59:59.999999'", "'24:00:00'", "'12:34:56.7'"));
    cases.add(of("time(2)", "'12:34:56.789'"));
    cases.add(
        of(
            "timetz",
            "'00:00+00'",
            "'23:59:59.999999-07:30'",
            "'24:00:00+15:59:59'",
            "'12:00:00.5-15:59'"));
    String[] stamps = {
      "'1970-01-01 00:00:00'",
      "'1969-12-31 23:59:59.999999'",
      "'2026-11-22 17:43:27.123456'",
      "'4714-11-24 00:00:00 BC'",
      "'0001-12-31 23:59:59.5 BC'",
      "'10000-01-01 00:00:00'",
      "'294247-01-10 04:00:54.775806'",
      "'294247-01-10 04:00:54.775807'",
      "'294276-12-31 23:59:59.999999'",
      "'infinity'",
      "'-infinity'"
    };
    cases.add(of("timestamp", stamps));
    cases.add(of("timestamptz", stamps));
    cases.add(of("timestamp(3)", "'2026-11-22 17:43:27.123456'"));
    cases.add(
        of(
            "interval",
            "'0'",
            "'1 year 2 mons 3 days 04:05:06.789'",
            "'-1 year -2 mons +3 days -04:05:06.789'",
            "'1 mon -1 day'",
            "'-1 mon 1 day'",
            "'1 year'",
            "'-00:00:01'",
            "'-00:00:00.000001'",
            "'1 day -00:00:01'",
            "'-1 day 00:00:01'",
            "'00:00:01.815657'",
            "'2562047 hours 47 minutes 16.854775 seconds'",
            "'2562048 hours'",
            "'-178000000 years'"));
    cases.add(since(17, "interval", "'infinity'", "'-infinity'"));
    cases.add(of("interval year to month", "'1 year 2 mons'"));
    cases.add(of("time(0)", "'12:34:56.789'"));
    cases.add(of("timetz(3)", "'12:34:56.789+05:30'"));
    cases.add(of("timestamp(0)", "'2026-11-22 17:43:27.5'", "'294246-12-31 23:59:59'"));
    cases.add(of("timestamptz(2)", "'2026-11-22 17:43:27.129+02'"));
    cases.add(of("interval(2)", "'1.239 seconds'"));
    cases.add(of("interval day to second", "'1 day 2 seconds'"));
  }

  private static void structures(List<TypeCase> cases) {
    cases.add(of("integer[]", "'{}'", "'{1,NULL,3}'", "'{NULL}'", "'[5:6]={1,2}'", "'{{1},{2}}'"));
    cases.add(of("bigint[]", "'{1,2,3}'"));
    cases.add(of("boolean[]", "'{t,f,NULL}'"));
    cases.add(of("double precision[]", "'{1.5,NaN,-Infinity}'"));
    cases.add(
        of(
            "text[]",
            "'{}'",
            "ARRAY['', 'NULL', NULL, 'a b', 'c,d', 'e\"f', E'g\\\\h', '{i}', 'null', 'ü']"));
    cases.add(of("character varying(10)[]", "'{a,b}'"));
    cases.add(of("numeric(10,2)[]", "'{1.5,NULL,-2}'"));
    cases.add(of("numeric[]", "'{1.5,NaN,1e50}'"));
    cases.add(of("amounts", "'{1.5}'"));
    cases.add(of("bytea[]", "ARRAY['\\x00'::bytea, '\\xff', '']"));
    cases.add(of("date[]", "'{2020-01-01,infinity}'"));
    cases.add(of("timestamptz[]", "'{\"2020-01-01 00:00:00+00\",NULL}'"));
    cases.add(of("interval[]", "'{1 day,NULL}'"));
    cases.add(of("uuid[]", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}'"));
    cases.add(of("jsonb[]", "ARRAY['{\"a\": [1, 2]}'::jsonb, NULL]"));
    cases.add(of("json[]", "ARRAY['{\"a\": [1, 2]}'::json]"));
    cases.add(of("mood[]", "'{sad,\"so so\",NULL}'"));
    cases.add(of("inet[]", "'{127.0.0.1,::1}'"));
    cases.add(of("box[]", "'{(1,1),(0,0);(2,2),(1,1)}'"));
    cases.add(of("point[]", "'{\"(1,2)\",NULL}'"));
    cases.add(of("int4range[]", "'{\"[1,5)\",empty}'"));
    cases.add(of("integer[][]", "'{{1,2},{3,NULL}}'", "'{}'", "'{1}'", "'[0:1][2:2]={{1},{2}}'"));
    cases.add(of("text[][]", "ARRAY[['a b','{'],['',NULL]]"));
    cases.add(of("double precision[][]", "'{{1.5,1e20},{-0,NaN}}'"));
    cases.add(of("timestamp[][]", "'{{2020-01-01 10:00},{infinity}}'"));
    cases.add(
        of(
            "address",
            "ROW('Main (st), \"x\"', 12345, ARRAY['a','b c',NULL], 1.5)",
            "ROW(NULL, NULL, NULL, NULL)",
            "ROW('', 0, '{}', 0)"));
    cases.add(
        of(
            "person",
            "ROW('Ann', ROW('S', 1, '{x}', 2.25)::address, '2000-01-01')",
            "ROW('Bob', NULL, NULL)"));
    cases.add(of("address[]", "ARRAY[ROW('a,b', 1, '{}', 2)::address, NULL]"));
    cases.add(of("address[][]", "ARRAY[[ROW('a\"b', 1, '{\"x y\"}', 2)::address]]"));
    cases.add(of("box_holder", "ROW('(1,1),(0,0)', '(1.5,-2)')"));
    cases.add(of("int4range", "'empty'", "'[1,5)'", "'(,5)'", "'[1,)'", "'(,)'"));
    cases.add(of("int8range", "'[1,9223372036854775807)'"));
    cases.add(of("numrange", "'[1.10,2.20]'", "'(0,1)'"));
    cases.add(of("tsrange", "'[2020-01-01 00:00,2020-01-02 00:00:00.5]'", "'[-infinity,)'"));
    cases.add(of("tstzrange", "'[2020-01-01 00:00+02,infinity)'"));
    cases.add(of("daterange", "'[2020-01-01,2020-02-01)'"));
    cases.add(of("int4multirange", "'{}'", "'{[1,3),[5,7)}'"));
    cases.add(of("tstzmultirange", "'{[2020-01-01 00:00+02,2020-01-02 00:00+02)}'"));
    cases.add(of("point", "'(1.5,-2)'", "'(1e300,NaN)'", "'(0.1,1e-7)'"));
    cases.add(of("line", "'{1,-1,0.5}'"));
    cases.add(of("lseg", "'[(0,0),(1,1.5)]'"));
    cases.add(of("box", "'(1,1),(0,0)'"));
    cases.add(of("path", "'((0,0),(1,1),(2,0))'", "'[(0,0),(1,1)]'"));
    cases.add(of("polygon", "'((0,0),(1,1),(2,0))'"));
    cases.add(of("circle", "'<(1,2),3.5>'"));
    cases.add(of("int8multirange", "'{[1,9223372036854775807)}'", "'{(,)}'"));
    cases.add(of("nummultirange", "'{[1.10,2.20],(3,)}'"));
    cases.add(of("tsmultirange", "'{[2020-01-01 00:00,2020-01-02 00:00:00.5]}'"));
    cases.add(of("datemultirange", "'{[2020-01-01,2020-02-01),[2021-01-01,)}'"));
    cases.add(of("abode", "ROW('S', 1, '{x}', 2.25)::address"));
    cases.add(
        of(
            "bundle",
            "ROW('so so', 5, '[1,4)', 1.50, '{\"a\": 1}', '1 mon -1 day')",
            "ROW(NULL, NULL, 'empty', 'NaN', 'null', '0')"));
    cases.add(of("int2vector", "'1 2 -3'", "''"));
    cases.add(of("oidvector", "'1 4294967295'"));
  }

  private static void arrays(List<TypeCase> cases) {
    cases.add(of("smallint[]", "'{-32768,NULL,32767}'"));
    cases.add(of("real[]", "'{1.5,-0,1e20,NaN,Infinity}'"));
    cases.add(of("character(3)[]", "'{a,NULL,abc}'"));
    cases.add(of("name[]", "'{a,NULL}'"));
    cases.add(of("\"char\"[]", "'{a,NULL}'"));
    cases.add(of("citext[]", "'{Ab,NULL}'"));
    cases.add(of("xml[]", "ARRAY['<a/>'::xml, NULL]"));
    cases.add(of("oid[]", "'{0,4294967295}'"));
    cases.add(of("bit(3)[]", "'{101,NULL}'"));
    cases.add(of("bit varying[]", "'{1,\"\",10101}'"));
    cases.add(of("time[]", "'{00:00,24:00,NULL}'"));
    cases.add(of("timetz[]", "'{00:00+00,23:59:59.5-07:30}'"));
    cases.add(of("timestamp[]", "'{2020-01-01 10:00,NULL,-infinity}'"));
    cases.add(of("positive[]", "'{1,NULL}'"));
    cases.add(of("cidr[]", "'{10.0.0.0/8}'"));
    cases.add(of("macaddr[]", "'{08:00:2b:01:02:0f}'"));
    cases.add(of("macaddr8[]", "'{08:00:2b:01:02:03:04:05}'"));
    cases.add(of("pg_lsn[]", "'{16/B374D848,NULL}'"));
    cases.add(of("tsvector[]", "ARRAY['a:1 b'::tsvector, NULL]"));
    cases.add(of("line[]", "ARRAY['{1,-1,0.5}'::line, NULL]"));
    cases.add(of("lseg[]", "ARRAY['[(0,0),(1,1.5)]'::lseg]"));
    cases.add(of("path[]", "ARRAY['[(0,0),(1,1)]'::path]"));
    cases.add(of("polygon[]", "ARRAY['((0,0),(1,1),(2,0))'::polygon]"));
    cases.add(of("circle[]", "ARRAY['<(1,2),3.5>'::circle]"));
    cases.add(of("numrange[]", "'{\"[1.10,2.20]\",empty,NULL}'"));
    cases.add(of("tstzrange[]", "ARRAY['[2020-01-01 00:00+02,infinity)'::tstzrange]"));
    cases.add(of("int4multirange[]", "ARRAY['{[1,3),[5,7)}'::int4multirange, NULL]"));
  }

  /** Of the extensions that come with Postgres; three of them the codec has never heard of. */
  private static void extensions(List<TypeCase> cases) {
    cases.add(of("hstore", "''", "'a=>1'", "'b=>NULL, \"c d\"=>\"e\\\"f\\\\\", aa=>\"\"'"));
    cases.add(of("hstore[]", "ARRAY['a=>1, b=>NULL'::hstore, NULL]"));
    cases.add(of("citext", "'Straße'", "''"));
    cases.add(of("ltree", "'Top.Science.Astronomy'", "''"));
    cases.add(of("ltree[]", "ARRAY['a.b'::ltree, NULL]"));
    cases.add(of("lquery", "'a.*{1,2}.b@'"));
    cases.add(of("cube", "'(1,2),(3,4)'"));
    cases.add(of("isbn", "'978-0-393-04002-9'"));
    cases.add(of("seg", "'1.5 .. 2.50'"));
  }

  private static void textOnly(List<TypeCase> cases) {
    cases.add(of("money", "'12.34'", "'-92233720368547758.08'", "'92233720368547758.07'"));
    cases.add(of("txid_snapshot", "'10:20:10,14,15'"));
    cases.add(of("pg_snapshot", "'10:20:10,14,15'"));
    cases.add(of("regtype", "'integer'"));
    cases.add(of("regproc", "'now'"));
    cases.add(of("regrole", "'postgres'"));
    cases.add(of("aclitem", "'postgres=r/postgres'"));
    cases.add(of("cid", "'7'"));
    cases.add(of("refcursor", "'cursor'"));
    cases.add(of("empty_row", "ROW()"));
    cases.add(of("tsquery", "'a & !b'"));
    cases.add(of("regclass", "'pg_class'"));
    cases.add(of("float_range", "'[1.5,2.5)'"));
    cases.add(of("float_range[]", "'{\"[1.5,2.5)\"}'"));
    cases.add(of("money[]", "'{1.00,NULL}'"));
  }

  private static void overrides(List<TypeCase> cases) {
    cases.add(as("numeric", "decimal(10,3)", "1.5", "-1.500", "1.0005", "12345678", "'NaN'"));
    cases.add(as("numeric(20,0)", "bigint", "9223372036854775807", "9223372036854775808"));
    cases.add(as("numeric", "text", "1.50", "'NaN'"));
    cases.add(as("numeric", "double", "1.50", "1e100"));
    cases.add(as("bigint", "decimal(5,0)", "99999", "-99999", "100000"));
    cases.add(as("integer", "text", "-5"));
    cases.add(as("text", "integer", "'12'", "'12x'", "'2147483648'", "''"));
    cases.add(as("timestamptz", "text", "'2020-01-01 00:00+02'", "'294276-12-31 23:59:59+00'"));
    cases.add(as("integer[]", "text", "'{{1,2},{3,4}}'", "'{1,NULL}'"));
    cases.add(as("address", "text", "ROW('a b', 1, '{x}', 2)"));
  }
}
