package io.rapidbyte.ingest.filter;

import io.rapidbyte.ingest.catalog.ColumnInfo.Ordering;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a condition that can be evaluated.
 *
 * @param ordering how its text compares; {@link Ordering#NONE} for constants, which take the
 *     other side's
 * @param labels an enum's labels in their order; empty for other kinds
 * @param literal the text of a string literal whose type is not yet decided
 */
record Node(
    int place,
    ValueKind kind,
    Ordering ordering,
    List<String> labels,
    Optional<String> literal,
    Eval eval) {

  /** Computes the value for a row: as {@link ValueKind} says, null for NULL. */
  interface Eval {
    @Nullable Object of(Row row);
  }

  /** The values of the row at hand. */
  interface Row {
    /** The value of the column in this slot, as its {@link ValueKind} says; null for NULL. */
    @Nullable Object get(int slot);
  }

  /** What becomes of a value that is not NULL. */
  interface Change {
    Object of(Object value);
  }

  static Node of(int place, ValueKind kind, Eval eval) {
    return new Node(place, kind, Ordering.NONE, List.of(), Optional.empty(), eval);
  }

  static Node constant(int place, ValueKind kind, @Nullable Object value) {
    return of(place, kind, row -> value);
  }

  static Node undecided(int place, String literal) {
    return new Node(
        place,
        ValueKind.UNKNOWN,
        Ordering.NONE,
        List.of(),
        Optional.of(literal),
        row -> literal);
  }

  /** The same value, changed where it is not NULL. */
  Node changed(ValueKind to, Change change) {
    Eval before = eval;
    Ordering order = to.isText() ? (kind.isText() ? ordering : Ordering.LOCALE) : Ordering.NONE;
    return new Node(
        place,
        to,
        order,
        List.of(),
        Optional.empty(),
        row -> {
          Object value = before.of(row);
          return value == null ? null : change.of(value);
        });
  }
}
