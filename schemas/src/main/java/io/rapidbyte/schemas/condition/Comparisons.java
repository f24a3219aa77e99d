package io.rapidbyte.schemas.condition;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Comparisons of two parts, and LIKE. */
final class Comparisons {
  /** Both sides of one kind, or both numbers. */
  private record Pair(Node left, Node right) {}

  private Comparisons() {}

  static Node compare(int place, Comparison comparison, Node left, Node right) throws Problem {
    Pair pair = unify(place, left, right);
    Comparator<Object> order = order(place, pair, comparison.isEquality());
    if (pair.left.isNothing() || pair.right.isNothing()) {
      return Node.nothing(place, ValueKind.BOOL);
    }
    return truth(
        place,
        pair,
        (a, b) -> (a == null || b == null) ? null : comparison.holds(order.compare(a, b)));
  }

  static Node distinct(int place, Node left, Node right) throws Problem {
    Pair pair = unify(place, left, right);
    Comparator<Object> order = order(place, pair, true);
    return truth(
        place,
        pair,
        (a, b) -> (a == null || b == null) ? (a == null) != (b == null) : order.compare(a, b) != 0);
  }

  static Node like(int place, Node value, Node pattern, boolean anyCase) throws Problem {
    Node text = Casts.decide(value, ValueKind.TEXT, List.of());
    Node signs = Casts.decide(pattern, ValueKind.TEXT, List.of());
    if (!text.kind().isText() || !signs.kind().isText()) {
      throw new Problem(place, "LIKE compares text only");
    }
    Ordering ordering = Typer.common(text, signs);
    if (ordering == Ordering.NONDETERMINISTIC || (ordering == null && anyCase)) {
      throw new Problem(place, "LIKE under this collation is not supported");
    }
    if (text.isNothing() || signs.isNothing()) {
      return Node.nothing(place, ValueKind.BOOL);
    }
    boolean asciiOnly = ordering == Ordering.BYTES;
    return truth(
        place,
        new Pair(text, signs),
        (a, b) -> {
          if (a == null || b == null) {
            return null;
          }
          return anyCase
              ? Pattern.matches(
                  Pattern.lower((String) a, asciiOnly), Pattern.lower((String) b, asciiOnly))
              : Pattern.matches((String) a, (String) b);
        });
  }

  /** What holds of two values, either of which may be NULL; NULL where that is not known. */
  @FunctionalInterface
  private interface Truth {
    @Nullable Boolean of(@Nullable Object a, @Nullable Object b);
  }

  private static Node truth(int place, Pair pair, Truth truth) throws Problem {
    Node.Eval first = pair.left.eval();
    Node.Eval second = pair.right.eval();
    return Node.of(place, ValueKind.BOOL, row -> truth.of(first.of(row), second.of(row)))
        .folded(pair.left, pair.right);
  }

  private static Pair unify(int place, Node left, Node right) throws Problem {
    if (left.kind() == ValueKind.OPAQUE || right.kind() == ValueKind.OPAQUE) {
      throw new Problem(place, "a column of this type can only be tested for NULL");
    } else if (left.kind() == ValueKind.UNKNOWN && right.kind() == ValueKind.UNKNOWN) {
      return new Pair(
          Casts.decide(left, ValueKind.TEXT, List.of()),
          Casts.decide(right, ValueKind.TEXT, List.of()));
    }
    Node a = Casts.decide(left, right.kind(), right.labels());
    Node b = Casts.decide(right, left.kind(), left.labels());
    if (a.kind().isNumber() && b.kind().isNumber()) {
      return new Pair(a, b);
    } else if (a.kind() == b.kind()) {
      if (!a.labels().equals(b.labels())) {
        throw new Problem(place, "values of two enums cannot be compared");
      }
      return new Pair(a, b);
    } else if (a.kind().isText() && b.kind().isText()) {
      return new Pair(Casts.toText(a), Casts.toText(b));
    } else if (a.kind() == ValueKind.DATE && b.kind() == ValueKind.TIMESTAMP) {
      return new Pair(Casts.toTimestamp(a), b);
    } else if (a.kind() == ValueKind.TIMESTAMP && b.kind() == ValueKind.DATE) {
      return new Pair(a, Casts.toTimestamp(b));
    }
    throw new Problem(
        place, "a comparison of %s and %s is not supported".formatted(a.kind(), b.kind()));
  }

  private static Comparator<Object> order(int place, Pair pair, boolean equalityOnly)
      throws Problem {
    ValueKind kind = pair.left.kind();
    if (kind.isNumber()) {
      ValueKind other = pair.right.kind();
      return (a, b) -> Numbers.compare(kind, a, other, b);
    }
    if (kind.isText()) {
      requireOrder(place, Typer.common(pair.left, pair.right), equalityOnly);
    }
    return switch (kind) {
      case BOOL -> (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
      case TEXT -> (a, b) -> compareText((String) a, (String) b);
      case BPCHAR ->
          (a, b) -> compareText(Casts.withoutBlanks((String) a), Casts.withoutBlanks((String) b));
      case ENUM -> byLabel(pair.left.labels());
      case UUID -> (a, b) -> compareUuid((UUID) a, (UUID) b);
      case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> (a, b) -> Long.compare((Long) a, (Long) b);
      default -> throw new Problem(place, "a comparison of " + kind + " is not supported");
    };
  }

  private static void requireOrder(int place, @Nullable Ordering ordering, boolean equalityOnly)
      throws Problem {
    if (ordering == Ordering.NONDETERMINISTIC) {
      throw new Problem(
          place, "comparing text under a nondeterministic collation is not supported");
    } else if (!equalityOnly && ordering != Ordering.BYTES) {
      throw new Problem(
          place, "the order of text depends on a locale, which is supported only for collation C");
    }
  }

  private static Comparator<Object> byLabel(List<String> labels) {
    return (a, b) -> a.equals(b) ? 0 : Integer.compare(place(labels, a), place(labels, b));
  }

  private static int place(List<String> labels, Object label) {
    int place = labels.indexOf((String) label);
    if (place < 0) {
      throw Failure.of("the enum has a new label, " + label);
    }
    return place;
  }

  private static int compareUuid(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }

  /** By code points, which is the order of UTF-8's bytes. */
  static int compareText(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xHalf = Character.isSurrogate(x);
        boolean yHalf = Character.isSurrogate(y);
        return xHalf == yHalf ? Character.compare(x, y) : xHalf ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
