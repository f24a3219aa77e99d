package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.type.PgType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives every part of a condition its type, as Postgres would, and makes it computable.
 *
 * <p>What Postgres decides by a session's settings or a locale's order is refused, not guessed.
 */
final class Typer {
  private static final int LONGEST_LONG = 19;
  private static final int MAX_EXPONENT = 1000;

  private final List<String> table;
  private final Map<String, Slot> columns;

  /**
   * A typer for one table.
   *
   * @param table schema and table, by which a column may be qualified
   */
  Typer(List<String> table, Map<String, Slot> columns) {
    this.table = table;
    this.columns = columns;
  }

  /** The whole condition: a boolean. */
  Node condition(Expr whole) throws Problem {
    return bool(whole);
  }

  /** The whole as a value; what has no kind of its own is text. */
  Node value(Expr whole) throws Problem {
    Node node = node(whole);
    return node.kind() == ValueKind.UNKNOWN ? Casts.decide(node, ValueKind.TEXT, List.of()) : node;
  }

  private Node bool(Expr expr) throws Problem {
    Node node = Casts.decide(node(expr), ValueKind.BOOL, List.of());
    if (node.kind() != ValueKind.BOOL) {
      throw new Problem(expr.place(), "a boolean is expected");
    }
    return node;
  }

  private Node node(Expr expr) throws Problem {
    return switch (expr) {
      case Expr.Reference reference -> reference(reference);
      case Expr.NumberLiteral number -> number(number);
      case Expr.StringLiteral string -> Node.undecided(string.place(), string.text());
      case Expr.KeywordLiteral keyword -> keyword(keyword);
      case Expr.Cast cast -> Casts.cast(node(cast.value()), cast.type(), cast.place(), enums());
      case Expr.Not not -> not(not);
      case Expr.And and -> connective(and.place(), and.left(), and.right(), false);
      case Expr.Or or -> connective(or.place(), or.left(), or.right(), true);
      case Expr.Compare compare ->
          Comparisons.compare(
              compare.place(), compare.comparison(), node(compare.left()), node(compare.right()));
      case Expr.Distinct distinct ->
          Comparisons.distinct(distinct.place(), node(distinct.left()), node(distinct.right()));
      case Expr.Arithmetic arithmetic ->
          Calculations.calculate(
              arithmetic.place(),
              arithmetic.operator(),
              node(arithmetic.left()),
              node(arithmetic.right()));
      case Expr.Negate negate -> Calculations.negate(negate.place(), node(negate.value()));
      case Expr.In in -> in(in);
      case Expr.IsNull isNull -> isNull(isNull);
      case Expr.IsBoolean is -> isBoolean(is);
      case Expr.Like like ->
          Comparisons.like(like.place(), node(like.value()), node(like.pattern()), like.anyCase());
    };
  }

  private Node reference(Expr.Reference reference) throws Problem {
    List<String> qualifier = reference.qualifier();
    boolean ours =
        qualifier.isEmpty()
            || qualifier.equals(table)
            || qualifier.equals(table.subList(1, table.size()));
    Slot slot = columns.get(reference.name());
    if (!ours || slot == null) {
      List<String> full = new ArrayList<>(qualifier);
      full.add(reference.name());
      throw new Problem(
          reference.place(),
          "the table has no column " + String.join(".", full) + nearest(reference));
    }
    int index = slot.slot();
    List<String> labels =
        slot.type().unwrapped() instanceof PgType.Enumeration e ? e.labels() : List.of();
    return new Node(
        reference.place(),
        ValueKind.of(slot.type()),
        slot.ordering(),
        labels,
        Optional.empty(),
        row -> row.get(index));
  }

  private String nearest(Expr.Reference reference) {
    return columns.keySet().stream()
        .filter(name -> name.equalsIgnoreCase(reference.name()))
        .findFirst()
        .map(name -> "; did you mean \"" + name + "\"?")
        .orElse("");
  }

  private static Node number(Expr.NumberLiteral number) throws Problem {
    String text = number.text();
    boolean digitsOnly = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    BigDecimal value = new BigDecimal(text);
    if (digitsOnly && value.precision() <= LONGEST_LONG) {
      BigInteger whole = value.toBigInteger();
      if (whole.bitLength() < Integer.SIZE) {
        return Node.constant(number.place(), ValueKind.INT4, whole.longValue());
      } else if (whole.bitLength() < Long.SIZE) {
        return Node.constant(number.place(), ValueKind.INT8, whole.longValue());
      }
    }
    if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
      throw new Problem(number.place(), "a number has too large an exponent");
    }
    // Postgres has no negative scale.
    return Node.constant(
        number.place(), ValueKind.NUMERIC, value.scale() < 0 ? value.setScale(0) : value);
  }

  private static Node keyword(Expr.KeywordLiteral keyword) {
    Optional<Boolean> value = keyword.value();
    return value.isPresent()
        ? Node.constant(keyword.place(), ValueKind.BOOL, value.get())
        : Node.constant(keyword.place(), ValueKind.UNKNOWN, null);
  }

  private Node isNull(Expr.IsNull isNull) throws Problem {
    Node tested = node(isNull.value());
    Node.Eval value = tested.eval();
    return Node.of(isNull.place(), ValueKind.BOOL, row -> value.of(row) == null).folded(tested);
  }

  private Node isBoolean(Expr.IsBoolean is) throws Problem {
    Node tested = bool(is.value());
    Node.Eval value = tested.eval();
    Boolean wanted = is.wanted();
    return Node.of(is.place(), ValueKind.BOOL, row -> wanted.equals(value.of(row))).folded(tested);
  }

  private Node not(Expr.Not not) throws Problem {
    Node negated = bool(not.value());
    Node.Eval value = negated.eval();
    return Node.of(
            not.place(),
            ValueKind.BOOL,
            row -> {
              Object of = value.of(row);
              return of == null ? null : (Object) !((Boolean) of);
            })
        .folded(negated);
  }

  /** AND and OR: {@code decisive} is the value that decides, whatever the other side is. */
  private Node connective(int place, Expr left, Expr right, boolean decisive) throws Problem {
    return connective(place, bool(left), bool(right), decisive);
  }

  private static Node connective(int place, Node left, Node right, boolean decisive) {
    Node.Eval first = left.eval();
    Node.Eval second = right.eval();
    Boolean wins = decisive;
    if (left.isAlways(wins) || right.isAlways(wins)) {
      return Node.constant(place, ValueKind.BOOL, wins);
    }
    return Node.of(
            place,
            ValueKind.BOOL,
            row -> {
              Object a = first.of(row);
              if (wins.equals(a)) {
                return wins;
              }
              Object b = second.of(row);
              return wins.equals(b) ? wins : (a == null || b == null) ? null : (Object) !wins;
            })
        .folded(left, right);
  }

  /** Several constants are first brought to one kind, as Postgres does for its array of them. */
  private Node in(Expr.In in) throws Problem {
    Node value = node(in.value());
    List<Node> items = new ArrayList<>();
    int constants = 0;
    ValueKind common = value.kind();
    for (Expr item : in.list()) {
      Node node = node(item);
      items.add(node);
      if (!readsColumn(item)) {
        constants++;
        common = node.kind().isNumber() ? Numbers.wider(common, node.kind()) : common;
      }
    }
    Node result = Node.constant(in.place(), ValueKind.BOOL, false);
    for (int i = 0; i < items.size(); i++) {
      Node item = items.get(i);
      Node left = value;
      if (constants > 1 && !readsColumn(in.list().get(i)) && value.kind().isNumber()) {
        item = Casts.widen(Casts.decide(item, common, List.of()), common);
        left = Casts.widen(value, common);
      }
      Node equal = Comparisons.compare(in.place(), Comparison.EQUAL, left, item);
      result = i == 0 ? equal : connective(in.place(), result, equal, true);
    }
    return result;
  }

  private static boolean readsColumn(Expr expr) {
    return !References.in(expr).isEmpty();
  }

  private Map<String, List<String>> enums() {
    Map<String, List<String>> enums = new java.util.HashMap<>();
    for (Slot slot : columns.values()) {
      if (slot.type().unwrapped() instanceof PgType.Enumeration e) {
        enums.put(e.name(), e.labels());
      }
    }
    return enums;
  }

  /** The order of what two columns or constants have in common, or a refusal. */
  static @Nullable Ordering common(Node left, Node right) {
    if (left.ordering() == Ordering.NONE) {
      return right.ordering();
    } else if (right.ordering() == Ordering.NONE || left.ordering() == right.ordering()) {
      return left.ordering();
    }
    return null;
  }
}
