package io.rapidbyte.ingest.snapshot;

import java.util.HashSet;
import java.util.Set;

/**
 * Which transactions a read saw, as {@code pg_current_snapshot()} prints it: {@code
 * xmin:xmax:xip,xip}. Postgres manual, "Transaction ID and Snapshot Information Functions".
 *
 * @param xmin all below have ended
 * @param xmax this and all above had not ended
 * @param running those between that had not ended
 */
record SourceSnapshot(long xmin, long xmax, Set<Long> running) {
  SourceSnapshot {
    running = Set.copyOf(running);
  }

  static SourceSnapshot parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a snapshot: " + text);
    }
    Set<Long> running = new HashSet<>();
    for (String xid : parts[2].split(",", -1)) {
      if (!xid.isEmpty()) {
        running.add(Long.valueOf(xid));
      }
    }
    return new SourceSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  /**
   * Whether the read saw what a committed transaction did.
   *
   * @param xid as the log has it, 32 bits; taken for the nearest to this snapshot
   */
  boolean sees(int xid) {
    long whole = xmax + (xid - (int) xmax);
    return whole < xmax && !running.contains(whole);
  }
}
