package io.rapidbyte.schemas.condition;

import java.util.List;

/** {@code + - * /} and the minus sign. */
final class Calculations {
  private Calculations() {}

  static Node calculate(int place, char operator, Node left, Node right) throws Problem {
    if (left.kind() == ValueKind.DATE || right.kind() == ValueKind.DATE) {
      return dates(place, operator, left, right);
    }
    Node a = right.kind().isNumber() ? Casts.decide(left, right.kind(), List.of()) : left;
    Node b = left.kind().isNumber() ? Casts.decide(right, left.kind(), List.of()) : right;
    if (!a.kind().isNumber() || !b.kind().isNumber()) {
      throw new Problem(place, "%s %s %s is not supported".formatted(a.kind(), operator, b.kind()));
    }
    ValueKind kind = Numbers.resultKind(a.kind(), b.kind());
    return combine(
        place,
        kind,
        a,
        b,
        (x, y) ->
            Numbers.calculate(operator, kind, Numbers.convert(x, kind), Numbers.convert(y, kind)));
  }

  static Node negate(int place, Node value) throws Problem {
    if (!value.kind().isNumber()) {
      throw new Problem(place, "- " + value.kind() + " is not supported");
    }
    ValueKind kind = value.kind();
    return value.changed(
        kind,
        number ->
            switch (number) {
              case Double d -> (Object) (-d);
              case Float f -> (Object) (-f);
              default -> Numbers.calculate('-', kind, Numbers.convert(0L, kind), number);
            });
  }

  private static Node dates(int place, char operator, Node left, Node right) throws Problem {
    boolean bothDates = left.kind() == ValueKind.DATE && right.kind() == ValueKind.DATE;
    if (bothDates && operator == '-') {
      return combine(place, ValueKind.INT4, left, right, (a, b) -> days((Long) a, (Long) b));
    }
    boolean shift = isDays(right) && (operator == '+' || operator == '-');
    if (left.kind() == ValueKind.DATE && shift) {
      int sign = operator == '+' ? 1 : -1;
      return combine(
          place, ValueKind.DATE, left, right, (a, b) -> shifted((Long) a, sign * (Long) b));
    } else if (isDays(left) && operator == '+') {
      return combine(place, ValueKind.DATE, left, right, (a, b) -> shifted((Long) b, (Long) a));
    }
    throw new Problem(
        place, "%s %s %s is not supported".formatted(left.kind(), operator, right.kind()));
  }

  private static boolean isDays(Node node) {
    return node.kind() == ValueKind.INT2 || node.kind() == ValueKind.INT4;
  }

  private static Object days(long a, long b) {
    if (infinite(a) || infinite(b)) {
      throw Failure.of("infinite dates cannot be subtracted");
    }
    return a - b;
  }

  private static Object shifted(long date, long days) {
    if (infinite(date)) {
      return date;
    }
    long moved = date + days;
    if (moved < Casts.FIRST_DAY || moved >= Casts.END_DAY) {
      throw Failure.of("a date is out of range");
    }
    return moved;
  }

  private static boolean infinite(long date) {
    return date == Integer.MAX_VALUE || date == Integer.MIN_VALUE;
  }

  private interface Combination {
    Object of(Object left, Object right);
  }

  private static Node combine(
      int place, ValueKind kind, Node left, Node right, Combination combination) {
    if (left.isNothing() || right.isNothing()) {
      return Node.nothing(place, kind);
    }
    Node.Eval first = left.eval();
    Node.Eval second = right.eval();
    return Node.of(
            place,
            kind,
            row -> {
              Object a = first.of(row);
              Object b = second.of(row);
              return a == null || b == null ? null : combination.of(a, b);
            })
        .folded(left, right);
  }
}
