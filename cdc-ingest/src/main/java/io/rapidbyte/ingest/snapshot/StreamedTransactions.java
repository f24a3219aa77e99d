package io.rapidbyte.ingest.snapshot;

import java.util.HashMap;
import java.util.Map;

/**
 * Transactions that the log has brought but that a read may not see yet: a commit is in the log
 * before it is visible, by far where it waits for a synchronous standby. Pure; not thread-safe.
 */
final class StreamedTransactions {
  private final Map<Integer, Long> places = new HashMap<>();
  private long next;

  /** A transaction came by. */
  void add(int xid) {
    places.put(xid, next++);
  }

  /** The place between all transactions so far and all later ones. */
  long here() {
    return next;
  }

  /** Whether a read saw every transaction that came by before {@code place}. */
  boolean allSeenBy(SourceSnapshot snapshot, long place) {
    for (Map.Entry<Integer, Long> entry : places.entrySet()) {
      if (entry.getValue() < place && !snapshot.sees(entry.getKey())) {
        return false;
      }
    }
    return true;
  }

  /** Forgets those that {@code snapshot} sees: every later one sees them too. */
  void forget(SourceSnapshot snapshot) {
    places.keySet().removeIf(snapshot::sees);
  }

  /** How many are remembered. */
  int size() {
    return places.size();
  }
}
