package io.rapidbyte.sink.postgres;

/**
 * Remembers whether it pays to put new rows straight into the table: after an objection the next
 * groups go by the stage at once, twice as many after each further one. Pure.
 */
final class DirectGate {
  private static final int LONGEST = 4096;

  private int closedFor;
  private int penalty = 8;

  /** With which effort the next group begins. */
  Effort first() {
    return closedFor > 0 ? Effort.STAGED : Effort.DIRECT;
  }

  /** A group was applied. */
  void applied() {
    closedFor = Math.max(0, closedFor - 1);
  }

  /** A unique index objected to an effort. */
  void objected(Effort effort) {
    if (effort == Effort.DIRECT) {
      closedFor = penalty;
      penalty = Math.min(LONGEST, penalty * 2);
    }
  }
}
