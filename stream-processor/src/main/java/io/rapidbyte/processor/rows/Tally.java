package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What leaves a chain before its end: refused rows, and rows on routes of their own. */
final class Tally implements AutoCloseable {
  /** Rows on a route beside the main one, in the shape they left it with. */
  record Routed(String route, Shape shape, Rows rows) {}

  private final boolean repair;
  private final Patience patience;
  private final SortedMap<Integer, ErrorInfo> refused = new TreeMap<>();
  private final List<Routed> routed = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param repair whether a snapshot's row that is dropped owes a delete: where no end of a
   *     snapshot follows that would remove what is not in it
   * @param patience with rows that fail
   */
  Tally(boolean repair, Patience patience) {
    this.repair = repair;
    this.patience = patience;
  }

  /** Whether rows that fail are still looked for one by one. */
  boolean isPatient() {
    return !patience.isSpent();
  }

  boolean repair() {
    return repair;
  }

  /** Refuses the source's row; the first reason counts. */
  void refuse(int origin, ErrorInfo error) {
    refused.putIfAbsent(origin, error);
  }

  SortedMap<Integer, ErrorInfo> refused() {
    return refused;
  }

  void route(Routed rows) {
    routed.add(rows);
  }

  List<Routed> routed() {
    return routed;
  }

  @Override
  public void close() {
    routed.forEach(each -> each.rows().close());
  }
}
