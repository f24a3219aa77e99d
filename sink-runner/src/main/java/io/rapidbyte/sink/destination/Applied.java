package io.rapidbyte.sink.destination;

import java.util.List;

/** What became of a group. */
public sealed interface Applied {
  /** All of it is durable. */
  record Committed() implements Applied {}

  /** Another member has claimed the partition since; nothing was committed. */
  record Fenced() implements Applied {}

  /**
   * These rows cannot be taken, for a reason the destination knows; nothing was committed. The
   * group comes again without them, and may then be refused for others: a row whose base is only
   * missing because an earlier one was refused is never named.
   */
  record Refused(List<RefusedRow> rows) implements Applied {
    public Refused {
      rows = List.copyOf(rows);
      if (rows.isEmpty()) {
        throw new IllegalArgumentException("a refusal without rows");
      }
    }
  }
}
