package io.rapidbyte.schemas.condition;

import java.util.Set;
import java.util.TreeSet;

/** The columns that a condition reads. */
final class References {
  private References() {}

  /** Their names, in order. */
  static Set<String> in(Expr expr) {
    Set<String> names = new TreeSet<>();
    collect(expr, names);
    return names;
  }

  private static void collect(Expr expr, Set<String> into) {
    switch (expr) {
      case Expr.Reference reference -> into.add(reference.name());
      case Expr.NumberLiteral ignored -> {}
      case Expr.StringLiteral ignored -> {}
      case Expr.KeywordLiteral ignored -> {}
      case Expr.Cast cast -> collect(cast.value(), into);
      case Expr.Not not -> collect(not.value(), into);
      case Expr.And and -> both(and.left(), and.right(), into);
      case Expr.Or or -> both(or.left(), or.right(), into);
      case Expr.Compare compare -> both(compare.left(), compare.right(), into);
      case Expr.Distinct distinct -> both(distinct.left(), distinct.right(), into);
      case Expr.Arithmetic arithmetic -> both(arithmetic.left(), arithmetic.right(), into);
      case Expr.Negate negate -> collect(negate.value(), into);
      case Expr.In in -> {
        collect(in.value(), into);
        in.list().forEach(item -> collect(item, into));
      }
      case Expr.IsNull isNull -> collect(isNull.value(), into);
      case Expr.IsBoolean is -> collect(is.value(), into);
      case Expr.Like like -> both(like.value(), like.pattern(), into);
    }
  }

  private static void both(Expr left, Expr right, Set<String> into) {
    collect(left, into);
    collect(right, into);
  }
}
