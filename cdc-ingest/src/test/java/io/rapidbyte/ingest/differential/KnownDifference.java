package io.rapidbyte.ingest.differential;

import io.rapidbyte.ingest.differential.Difference.Right;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A difference that is understood.
 *
 * @param operation a pattern of the operation's name
 * @param what a pattern of what differs
 * @param holds what else must be so
 * @param right who says what Postgres says
 * @param why what happens, for the reader of the document
 */
record KnownDifference(
    Pattern operation, Pattern what, Predicate<Difference> holds, Right right, String why) {
  private static final String VALUE = "(before\\.)?v";

  boolean covers(Difference difference) {
    return operation.matcher(difference.operation()).matches()
        && what.matcher(difference.what()).matches()
        && difference.verdict().map(right::equals).orElse(true)
        && holds.test(difference);
  }

  /** Of the values of types that a pattern names. */
  private static KnownDifference of(
      String types, Right right, Predicate<Difference> holds, String why) {
    return new KnownDifference(
        Pattern.compile("type (" + types + ")"), Pattern.compile(VALUE), holds, right, why);
  }

  private static Predicate<Difference> judge(String pattern) {
    return difference -> difference.judge().filter(text -> text.matches(pattern)).isPresent();
  }

  private static Predicate<Difference> ours(String text) {
    return difference -> difference.ours().equals(text);
  }

  private static Predicate<Difference> theirs(String pattern) {
    return difference -> difference.theirs().matches(pattern);
  }

  /** The row is a dead letter; as an old value it is left out. */
  private static Predicate<Difference> refused() {
    return ours("refused: data/value-out-of-range").or(ours("NULL"));
  }

  /** All of them. Each occurs in every workload on the newest Postgres. */
  static List<KnownDifference> all() {
    return java.util.stream.Stream.of(numbers(), times(), arrays(), texts(), operations())
        .flatMap(List::stream)
        .toList();
  }

  private static List<KnownDifference> numbers() {
    return List.of(
        of(
            "numeric",
            Right.OURS,
            theirs("NAN|POSITIVE_INFINITY|NEGATIVE_INFINITY"),
            "Debezium spells NaN and the infinities `NAN`, `POSITIVE_INFINITY` and"
                + " `NEGATIVE_INFINITY`."),
        of(
            "numeric\\(10,2\\)",
            Right.NEITHER,
            refused().and(theirs("NAN")),
            "NaN is refused: a Decimal128 has none (`as: text` keeps it). Debezium spells it"
                + " `NAN`."),
        of(
            "numeric\\(5,-2\\)",
            Right.OURS,
            theirs("-?\\d+\\.0+"),
            "Debezium takes a negative scale for one of thousands of digits."),
        of(
            "money",
            Right.OURS,
            theirs("-?\\d+\\.\\d\\d"),
            "Debezium gives the number without the currency and its separators."));
  }

  private static List<KnownDifference> times() {
    String beyond = "2942(47|76)-.*";
    return List.of(
        of(
            "date",
            Right.OURS,
            judge("-?infinity").and(theirs(".*BC")),
            "Debezium's infinite dates overflow to the year 5877612 BC."),
        of(
            "timestamp",
            Right.OURS,
            judge("-?infinity").and(theirs("294247-.*|290309-.*")),
            "Debezium's infinities are the years 294247 and 290309 BC."),
        of(
            "timestamp",
            Right.THEIRS,
            refused().and(judge("294247-01-10 04:00:54.775807")),
            "294247-01-10 04:00:54.775807 is refused: Arrow's last microsecond stands for"
                + " infinity."),
        of(
            "timestamp",
            Right.NEITHER,
            refused().and(judge(beyond)),
            "From there to the year 294276 a value is refused: no Arrow timestamp reaches so far"
                + " (`as: text` does). Debezium's overflows to the year 290309 BC."),
        of(
            "timestamptz",
            Right.THEIRS,
            refused().and(judge(beyond)),
            "From 294247-01-10 04:00:54.775807+00 to the year 294276 a value is refused: no Arrow"
                + " timestamp reaches so far (`as: text` does)."),
        of(
            "interval",
            Right.THEIRS,
            refused().and(judge("2562048:00:00")),
            "A time part above 292 years of nanoseconds (2562047:47:16.854775) is refused: Arrow"
                + " counts nanoseconds (`as: text` keeps it)."),
        of(
            "interval",
            Right.OURS,
            judge("-?infinity").and(theirs("00:00:00")),
            "Debezium's infinite intervals are zero."),
        of(
            "interval",
            Right.OURS,
            judge(".*\\.\\d+.*").and(theirs(".*\\.\\d+.*")),
            "Debezium counts seconds in floating point: `00:00:01.815657` becomes"
                + " `PT1.815656999S`."),
        of(
            "timetz(\\(3\\))?",
            Right.OURS,
            theirs(".*\\+00"),
            "Debezium moves the time to UTC and loses the zone. `24:00:00+15:59:59` stops its"
                + " connector."));
  }

  private static List<KnownDifference> arrays() {
    return List.of(
        of(
            "integer\\[\\]",
            Right.NEITHER,
            judge("\\[\\d+:\\d+\\]=.*").and(d -> d.judge().orElseThrow().endsWith(d.ours())),
            "Where an index begins other than at 1 is not kept. Debezium does not either."),
        of(
            "integer\\[\\]",
            Right.NEITHER,
            ours("refused: data/multi-dimensional-value")
                .or(ours("NULL"))
                .and(theirs("\\{NULL,NULL\\}")),
            "A value of several dimensions in a column declared with one is refused (`as: text`"
                + " keeps it). Debezium puts NULL for each inner array."),
        of(
            "numeric\\[\\]",
            Right.OURS,
            judge(".*NaN.*").and(theirs("NULL")),
            "For Debezium an array with NaN is NULL."),
        of(
            "(date|timestamp)\\[\\]",
            Right.OURS,
            judge(".*infinity.*").and(theirs(".*BC.*")),
            "Debezium's infinities within arrays are days of other years."),
        of(
            "time\\[\\]",
            Right.OURS,
            judge(".*24:00:00.*"),
            "Debezium's 24:00:00 within an array is 00:00:00."),
        of(
            "timetz\\[\\]",
            Right.OURS,
            theirs(".*07:29:59\\+00.*"),
            "Debezium moves the times to UTC and loses zone and fraction."),
        of(
            "(interval|point|name|xml|bit varying|money)\\[\\]",
            Right.OURS,
            theirs("\\(absent\\)"),
            "Debezium leaves the column out."),
        of(
            "(mood|bit\\(3\\)|positive|pg_lsn|tsvector|line|int4multirange|ltree|address)\\[\\]"
                + "|address\\[\\]\\[\\]",
            Right.OURS,
            theirs("NULL"),
            "For Debezium the array is NULL."),
        of(
            "(integer|double precision|timestamp|text)\\[\\]\\[\\]",
            Right.OURS,
            theirs("\\{(NULL|\\[Ljava).*"),
            "Debezium loses inner arrays: they are NULL, or Java's name of the object."),
        of(
            "int2vector|oidvector",
            Right.OURS,
            theirs("\\{\\}|NULL"),
            "Debezium's vectors are empty, or NULL."));
  }

  private static List<KnownDifference> texts() {
    return List.of(
        of(
            "bit\\(5\\)",
            Right.OURS,
            judge("0+").and(theirs("")),
            "Debezium's bits are bytes without leading zeros: zeros alone are nothing."),
        of(
            "bit varying(\\(12\\))?",
            Right.OURS,
            theirs("[01]*"),
            "Debezium's bits are whole bytes: how many bits there were is lost."),
        of(
            "(line|lseg|box|path|polygon|circle)|(lseg|box|path|polygon|circle)\\[\\]",
            Right.OURS,
            theirs(".*\\d\\.0.*"),
            "Debezium has the text of the JDBC driver: `1.0` for 1. The numbers are the same."));
  }

  private static List<KnownDifference> operations() {
    return List.of(
        new KnownDifference(
            Pattern.compile("REPLICA IDENTITY USING INDEX"),
            Pattern.compile("key"),
            theirs("\\[id\\]"),
            Right.OURS,
            "The key is the identity's columns, which every update and delete carries. Debezium's"
                + " is the primary key, which a delete does not tell."),
        new KnownDifference(
            Pattern.compile("REPLICA IDENTITY USING INDEX"),
            Pattern.compile("id"),
            ours("NULL").and(theirs("0")),
            Right.OURS,
            "A delete does not tell columns beside the identity; Debezium has 0 where they are NOT"
                + " NULL."),
        new KnownDifference(
            Pattern.compile("enum value added"),
            Pattern.compile("w"),
            theirs("NULL"),
            Right.OURS,
            "For Debezium the array is NULL where the new value is in it."));
  }
}
