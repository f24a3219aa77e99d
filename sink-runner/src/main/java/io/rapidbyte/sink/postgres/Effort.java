package io.rapidbyte.sink.postgres;

import java.util.Optional;

/**
 * How boldly new rows are put, each step slower and taking more than the one before it. A unique
 * index that objects to one may accept the next.
 */
enum Effort {
  /** Rows that are new by the log go straight into the table: no row can be there. */
  DIRECT,
  /** All rows go by the stage, in place of those of the same key. */
  STAGED,
  /**
   * Rows of the same keys are removed first, so that values under a unique index of the user's own
   * can pass from one row to another.
   */
  REPLACED,
  /** Each staged row by itself, only to find those that the table refuses. Nothing of it stays. */
  SCREENED;

  /** What to try next; empty after the last. */
  Optional<Effort> next() {
    return switch (this) {
      case DIRECT -> Optional.of(STAGED);
      case STAGED -> Optional.of(REPLACED);
      case REPLACED, SCREENED -> Optional.empty();
    };
  }
}
