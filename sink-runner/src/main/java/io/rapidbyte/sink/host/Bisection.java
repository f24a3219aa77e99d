package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the rows that a destination refuses, by trials that leave nothing.
 *
 * <p>First each half on its own, and halves of what is refused: a few trials a row, for a value is
 * refused whatever surrounds it. Where that finds nothing though the whole is refused (a row is
 * refused for what is before it), the first row is found at which the rows up to it are refused.
 */
final class Bisection {
  /** Tries rows from {@code from} to before {@code to}, without some; the refusal, if it is one. */
  interface Trial {
    Optional<ErrorInfo> refusal(int from, int to, Set<Integer> without);
  }

  private final Trial trial;

  Bisection(Trial trial) {
    this.trial = trial;
  }

  /**
   * Rows that have to be left out of {@code rows}, beside those of {@code without}; empty where
   * even all before any row are taken. To be asked again where the rest is still refused.
   */
  SortedMap<Integer, ErrorInfo> refused(int rows, Set<Integer> without) {
    SortedMap<Integer, ErrorInfo> found = new TreeMap<>();
    halve(0, rows, without, found);
    if (found.isEmpty()) {
      firstInContext(rows, without, found);
    }
    return found;
  }

  private void halve(int from, int to, Set<Integer> without, SortedMap<Integer, ErrorInfo> found) {
    if (from >= to) {
      return;
    }
    if (to - from == 1 && without.contains(from)) {
      return;
    }
    Optional<ErrorInfo> refusal = trial.refusal(from, to, without);
    if (refusal.isEmpty()) {
      return;
    }
    if (to - from == 1) {
      found.put(from, refusal.get());
      return;
    }
    int middle = (from + to) >>> 1;
    halve(from, middle, without, found);
    halve(middle, to, without, found);
  }

  private void firstInContext(int rows, Set<Integer> without, SortedMap<Integer, ErrorInfo> found) {
    int taken = 0;
    int refused = rows;
    Optional<ErrorInfo> refusal = trial.refusal(0, rows, without);
    if (refusal.isEmpty()) {
      return;
    }
    while (refused - taken > 1) {
      int middle = (taken + refused) >>> 1;
      Optional<ErrorInfo> up = trial.refusal(0, middle, without);
      if (up.isEmpty()) {
        taken = middle;
      } else {
        refused = middle;
        refusal = up;
      }
    }
    found.put(refused - 1, refusal.get());
  }
}
