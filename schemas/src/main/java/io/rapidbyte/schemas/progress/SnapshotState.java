package io.rapidbyte.schemas.progress;

import io.rapidbyte.schemas.position.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of one stream is.
 *
 * @param generation from 1; rises when a snapshot begins again
 * @param phase what is being done
 * @param lsn the consistent point of a copied snapshot; of a watermark snapshot the first low mark
 * @param ranges labels of ranges whose rows are in the topic; cleared when the generation ends
 * @param cursor the last key of the last finished watermark chunk, as the source's text form of
 *     each key column; null before the first
 * @param rows rows of this generation in the topic
 * @param owed rows that chunks must still read by key
 */
public record SnapshotState(
    int generation,
    Phase phase,
    Lsn lsn,
    List<String> ranges,
    @Nullable List<String> cursor,
    long rows,
    Owed owed) {

  /**
   * Rows that the log brought incomplete under a key that a chunk may have passed already.
   *
   * @param keys as the source's text form of each key column
   * @param complete whether these are all; if not, nobody knows which others
   */
  public record Owed(List<List<String>> keys, boolean complete) {
    /** No row is owed. */
    public static final Owed NONE = new Owed(List.of(), true);

    /** More than progress holds. */
    public static final Owed TOO_MANY = new Owed(List.of(), false);

    public Owed {
      keys = keys.stream().map(List::copyOf).toList();
    }
  }

  /** What is being done for the stream. */
  public enum Phase {
    /** Declared, not begun. */
    PENDING,
    /** Copied by CTID ranges under the exported snapshot; ends with that snapshot. */
    COPYING,
    /** Read by watermark chunks while the log streams. */
    CHUNKING,
    /** Complete: the generation's snapshot-end record is in the topic. */
    DONE
  }

  public SnapshotState {
    ranges = List.copyOf(ranges);
    cursor = cursor == null ? null : List.copyOf(cursor);
    if (generation < 1) {
      throw new IllegalArgumentException("a generation is at least 1: " + generation);
    }
  }

  /** A generation without rows, at the beginning of a phase. */
  public static SnapshotState begun(int generation, Phase phase, Lsn lsn) {
    return new SnapshotState(generation, phase, lsn, List.of(), null, 0, Owed.NONE);
  }

  /** The same with other rows owed. */
  public SnapshotState withOwed(Owed other) {
    return new SnapshotState(generation, phase, lsn, ranges, cursor, rows, other);
  }
}
