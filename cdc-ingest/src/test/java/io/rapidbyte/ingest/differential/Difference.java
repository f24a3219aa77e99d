package io.rapidbyte.ingest.differential;

import java.util.Optional;

/**
 * Something that the two readers say differently, or that both say otherwise than Postgres.
 *
 * @param operation what was done
 * @param table the table it was done to
 * @param at which of the table's changes it is
 * @param what a column, {@code before.} and a column, {@code key}, {@code op}, {@code xid}, or
 *     {@code count}
 * @param ours what the native source says
 * @param theirs what Debezium says
 * @param judge Postgres's own text of the value, where it is one
 */
record Difference(
    String operation,
    String table,
    int at,
    String what,
    String ours,
    String theirs,
    Optional<String> judge) {

  /** Who is right. */
  enum Right {
    OURS,
    THEIRS,
    BOTH,
    NEITHER
  }

  /** Who says what Postgres says. */
  Optional<Right> verdict() {
    return judge.map(
        text -> {
          boolean we = ours.equals(text);
          boolean they = theirs.equals(text);
          return we ? (they ? Right.BOTH : Right.OURS) : they ? Right.THEIRS : Right.NEITHER;
        });
  }

  @Override
  public String toString() {
    return "%s [%s %d] %s:%n  ours   %s%n  theirs %s%s"
        .formatted(
            operation,
            table,
            at,
            what,
            cut(ours),
            cut(theirs),
            judge.map(text -> "%n  judge  %s".formatted(cut(text))).orElse(""));
  }

  private static String cut(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "… " + text.length() : text;
  }
}
