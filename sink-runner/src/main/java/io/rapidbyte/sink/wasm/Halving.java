package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the rows that are not taken: what is refused is tried in halves, the first half first, down
 * to single rows. What is too large as a whole, and no row's fault, comes through in parts.
 */
final class Halving {
  /** Tries some rows of a record. */
  interface Trial {
    Delivery.Result of(int from, int to);
  }

  /** Rows that were taken together. */
  record Range(int from, int to) {}

  private final Trial trial;
  private final List<Range> taken = new ArrayList<>();
  private final SortedMap<Integer, ErrorInfo> refused = new TreeMap<>();

  Halving(Trial trial) {
    this.trial = trial;
  }

  /** Tries rows {@code from} to before {@code to}. */
  void of(int from, int to) {
    switch (trial.of(from, to)) {
      case Delivery.Result.Through(boolean stays, List<Delivery.Rejected> rejected) -> {
        taken.add(new Range(from, to));
        rejected.forEach(each -> refused.put(each.row(), each.error()));
      }
      case Delivery.Result.Refused(ErrorInfo error) -> {
        if (to - from == 1) {
          refused.put(from, error);
          return;
        }
        int middle = (from + to) >>> 1;
        of(from, middle);
        of(middle, to);
      }
    }
  }

  /** What was taken, in order. */
  List<Range> taken() {
    return List.copyOf(taken);
  }

  /** What is not taken, and why. */
  SortedMap<Integer, ErrorInfo> refused() {
    return refused;
  }
}
