package io.rapidbyte.schemas.condition;

import java.util.List;
import java.util.Optional;

/** A condition as written. Every part knows its place, for messages. */
sealed interface Expr {
  /** Index of the character where the part stands. */
  int place();

  /** A column. {@code qualifier} is empty, a table, or a schema and a table. */
  record Reference(int place, List<String> qualifier, String name) implements Expr {}

  /** Digits, perhaps a point and an exponent, perhaps a minus in front. */
  record NumberLiteral(int place, String text) implements Expr {}

  /** A string whose type its surroundings decide. */
  record StringLiteral(int place, String text) implements Expr {}

  /** TRUE, FALSE, or NULL where empty. */
  record KeywordLiteral(int place, Optional<Boolean> value) implements Expr {}

  /** {@code expr::type}. */
  record Cast(int place, Expr value, String type) implements Expr {}

  record Not(int place, Expr value) implements Expr {}

  record And(int place, Expr left, Expr right) implements Expr {}

  record Or(int place, Expr left, Expr right) implements Expr {}

  record Compare(int place, Comparison comparison, Expr left, Expr right) implements Expr {}

  /** Never unknown: two NULLs are not distinct. */
  record Distinct(int place, Expr left, Expr right) implements Expr {}

  /** {@code operator} is one of + - * /. */
  record Arithmetic(int place, char operator, Expr left, Expr right) implements Expr {}

  record Negate(int place, Expr value) implements Expr {}

  record In(int place, Expr value, List<Expr> list) implements Expr {
    public In {
      list = List.copyOf(list);
    }
  }

  record IsNull(int place, Expr value) implements Expr {}

  /** IS TRUE or IS FALSE. Never unknown. */
  record IsBoolean(int place, Expr value, boolean wanted) implements Expr {}

  record Like(int place, Expr value, Expr pattern, boolean anyCase) implements Expr {}
}
