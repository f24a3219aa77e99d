package io.rapidbyte.ingest.replicate;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a new schema version does to rows that are there and that the log does not say: their values
 * go to other columns, become others, or are filled in. Pure.
 */
final class Unlogged {
  /** Whether a table's rows are written anew. */
  enum Rewrite {
    NONE,
    /** By a conversion of Postgres's own. */
    PLAIN,
    /** By an expression, for all that is known. */
    BY_EXPRESSION;

    /** What several in one transaction are together. */
    Rewrite or(Rewrite other) {
      return compareTo(other) > 0 ? this : other;
    }
  }

  private Unlogged() {}

  /**
   * The columns, each with what happened; empty where the log tells all.
   *
   * @param ever names of all columns that there have been, which destinations still have
   * @param filled numbers of columns that fill rows which are there, if they are new
   */
  static List<String> of(
      StreamSchema known,
      StreamSchema next,
      Set<String> ever,
      Set<Integer> filled,
      Rewrite rewrite) {
    List<String> found = new ArrayList<>();
    for (Column column : next.columns()) {
      Optional<Column> before = before(known, column);
      if (before.isEmpty()) {
        if (ever.contains(column.name())) {
          found.add(column.name() + " (dropped and added again)");
        } else if (filled.contains(column.attributeNumber())) {
          found.add(column.name() + " (added with a default)");
        }
      } else if (!before.get().name().equals(column.name())) {
        found.add(column.name() + " (was " + before.get().name() + ")");
      } else if (!before.get().type().equals(column.type())
          && (rewrite == Rewrite.BY_EXPRESSION
              || !Widening.keeps(before.get().type(), column.type()))) {
        found.add(column.name() + " (was of type " + before.get().type().name() + ")");
      }
    }
    if (found.isEmpty() && rewrite == Rewrite.BY_EXPRESSION) {
      found.add("a column of the same type as before");
    }
    return found;
  }

  /** The same column, by its number; by its name where the number is not known. */
  private static Optional<Column> before(StreamSchema known, Column column) {
    int number = column.attributeNumber();
    Optional<Column> same =
        known.columns().stream()
            .filter(k -> number != 0 && k.attributeNumber() == number)
            .findFirst();
    if (same.isPresent()) {
      return same;
    }
    return known.columns().stream()
        .filter(k -> k.name().equals(column.name()))
        .filter(k -> number == 0 || k.attributeNumber() == 0)
        .findFirst();
  }

  /** Conversions that leave every value what it was. */
  private static final class Widening {
    private static final Set<String> TEXTS = Set.of("text", "character varying");
    private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
    private static final int SCALE = 0x7ff;
    private static final int TYPMOD_OFFSET = 4;

    static boolean keeps(PgType from, PgType to) {
      PgType old = from.unwrapped();
      PgType now = to.unwrapped();
      if (old.equals(now)) {
        return true;
      }
      if (old instanceof PgType.Base was && now instanceof PgType.Base is) {
        return was.name().equals(is.name()) ? sameType(was, is) : otherType(was, is);
      }
      if (old instanceof PgType.Enumeration was && now instanceof PgType.Enumeration is) {
        return was.oid() == is.oid() && is.labels().containsAll(was.labels());
      }
      if (old instanceof PgType.Array was && now instanceof PgType.Array is) {
        return keeps(was.element(), is.element());
      }
      if (old instanceof PgType.Composite was && now instanceof PgType.Composite is) {
        return was.oid() == is.oid() && fieldsStay(was, is);
      }
      return false;
    }

    private static boolean fieldsStay(PgType.Composite was, PgType.Composite is) {
      for (int i = 0; i < was.attributes().size(); i++) {
        if (i >= is.attributes().size()
            || !was.attributes().get(i).name().equals(is.attributes().get(i).name())
            || !keeps(was.attributes().get(i).type(), is.attributes().get(i).type())) {
          return false;
        }
      }
      return true;
    }

    private static boolean sameType(PgType.Base was, PgType.Base is) {
      if (is.typmod() < 0 || TEXTS.contains(is.name())) {
        return true;
      }
      if (is.name().equals("numeric")) {
        return was.typmod() >= 0 && scale(is.typmod()) >= scale(was.typmod());
      }
      return was.typmod() >= 0 && is.typmod() >= was.typmod();
    }

    private static int scale(int typmod) {
      return (typmod - TYPMOD_OFFSET) & SCALE;
    }

    private static boolean otherType(PgType.Base was, PgType.Base is) {
      return (TEXTS.contains(was.name()) && TEXTS.contains(is.name()))
          || (INTEGERS.contains(was.name())
              && (INTEGERS.contains(is.name()) || (is.name().equals("numeric") && is.typmod() < 0)))
          || (was.name().equals("real") && is.name().equals("double precision"));
    }
  }
}
