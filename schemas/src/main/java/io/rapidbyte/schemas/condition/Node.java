package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.error.RapidbyteException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a condition that can be evaluated.
 *
 * @param ordering how its text compares; {@link Ordering#NONE} for constants, which take the other
 *     side's
 * @param labels an enum's labels in their order; empty for other kinds
 * @param literal the text of a string literal whose type is not yet decided
 */
record Node(
    int place,
    ValueKind kind,
    Ordering ordering,
    List<String> labels,
    Optional<String> literal,
    Eval eval)
    implements Computation {

  @Override
  public @Nullable Object of(Computation.Row row) {
    return eval.of(row);
  }

  /** A value that no row changes. */
  private record Constant(@Nullable Object value) implements Eval {
    @Override
    public @Nullable Object of(Row row) {
      return value;
    }
  }

  /** Computes the value for a row: as {@link ValueKind} says, null for NULL. */
  interface Eval {
    @Nullable Object of(Row row);
  }

  /** What becomes of a value that is not NULL. */
  interface Change {
    Object of(Object value);
  }

  static Node of(int place, ValueKind kind, Eval eval) {
    return new Node(place, kind, Ordering.NONE, List.of(), Optional.empty(), eval);
  }

  static Node constant(int place, ValueKind kind, @Nullable Object value) {
    return of(place, kind, new Constant(value));
  }

  static Node undecided(int place, String literal) {
    return new Node(
        place,
        ValueKind.UNKNOWN,
        Ordering.NONE,
        List.of(),
        Optional.of(literal),
        new Constant(literal));
  }

  /** NULL of a kind. */
  static Node nothing(int place, ValueKind kind) {
    return constant(place, kind, null);
  }

  /**
   * Whether it is NULL whatever the row. Postgres never computes what stands beside it in a
   * comparison or calculation, so that it cannot fail either.
   */
  boolean isNothing() {
    return eval instanceof Constant(var value) && value == null;
  }

  /** Whether it has this value whatever the row. */
  boolean isAlways(Object wanted) {
    return eval instanceof Constant(var value) && wanted.equals(value);
  }

  /**
   * The same, computed once where all of {@code parts} are constants: Postgres does so too, and
   * then skips what the result decides.
   */
  Node folded(Node... parts) {
    for (Node part : parts) {
      if (!(part.eval instanceof Constant)) {
        return this;
      }
    }
    try {
      Object value = eval.of(slot -> null);
      return new Node(place, kind, ordering, labels, literal, new Constant(value));
    } catch (RapidbyteException failsOnEveryRow) {
      return this;
    }
  }

  /** The same value, changed where it is not NULL. */
  Node changed(ValueKind to, Change change) {
    Eval before = eval;
    Ordering order = to.isText() ? (kind.isText() ? ordering : Ordering.LOCALE) : Ordering.NONE;
    Eval after =
        row -> {
          Object value = before.of(row);
          return value == null ? null : change.of(value);
        };
    return new Node(place, to, order, List.of(), Optional.empty(), after).folded(this);
  }
}
