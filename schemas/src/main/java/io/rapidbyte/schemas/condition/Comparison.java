package io.rapidbyte.schemas.condition;

/** The six comparisons. */
enum Comparison {
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL;

  /** What the comparison says of {@code order}, a {@link java.util.Comparator}'s answer. */
  boolean holds(int order) {
    return switch (this) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }

  /** Whether it asks only whether both are the same. */
  boolean isEquality() {
    return this == EQUAL || this == NOT_EQUAL;
  }
}
