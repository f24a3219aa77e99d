package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.type.Bytes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is left of a step's rows when only the last of each key counts. Pure; a row is known by its
 * number in the step.
 */
final class Reduction {
  /** In {@link Completion#sources}: the value is in the row itself. */
  static final int OWN = -1;

  /** In {@link Completion#sources}: the value is in the table's row. */
  static final int TABLE = -2;

  /** What a reduction asks of rows. */
  interface Rows {
    int count();

    int dataColumns();

    Op op(int row);

    int generation(int row);

    /** Whether values are not in the row because they did not change. */
    boolean hasUnchanged(int row);

    /** Which data columns these are. */
    BitSet unchanged(int row);

    /** Whether {@code _rb_before} is there. */
    boolean hasBefore(int row);

    /** Appends the row's key, such that equal keys are equal bytes. */
    void key(int row, Bytes out);
  }

  /**
   * Where the values of an incomplete row come from.
   *
   * @param sources by data column: {@link #OWN}, {@link #TABLE} or the number of an earlier row
   * @param baseRow the row whose {@code _rb_before} is the key of the table's row to take values
   *     from, or {@link #OWN} for the row's own key
   * @param needsTable whether any value is in the table's row
   */
  @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
  record Completion(int[] sources, int baseRow, boolean needsTable) {}

  private static final int ABSENT = -1;

  private final Rows rows;
  private final KeyIndex keys;
  private final Map<Integer, Completion> completions = new HashMap<>();
  private final BitSet missing = new BitSet();
  private int[] last;
  private final BitSet deleted = new BitSet();
  private final BitSet fresh = new BitSet();

  private Reduction(Rows rows) {
    this.rows = rows;
    keys = new KeyIndex(rows.count());
    last = new int[Math.max(16, rows.count())];
    Arrays.fill(last, ABSENT);
  }

  /** Reduces rows by their keys. */
  static Reduction of(Rows rows) {
    Reduction reduction = new Reduction(rows);
    for (int row = 0; row < rows.count(); row++) {
      rows.key(row, reduction.keys.next());
      reduction.take(row, reduction.keys.take());
    }
    return reduction;
  }

  private void take(int row, int key) {
    Op op = rows.op(row);
    int before = last[key];
    if (before == ABSENT) {
      fresh.set(key, op == Op.INSERT || op == Op.SNAPSHOT);
    }
    if (op == Op.DELETE) {
      last[key] = row;
      deleted.set(key);
      return;
    }
    if (rows.hasUnchanged(row) && !complete(row, op, before, deleted.get(key))) {
      missing.set(row);
      return;
    }
    last[key] = row;
    deleted.clear(key);
  }

  /** Whether the row has a base. */
  private boolean complete(int row, Op op, int before, boolean deletedBefore) {
    BitSet unchanged = rows.unchanged(row);
    int[] sources = new int[rows.dataColumns()];
    Arrays.fill(sources, OWN);
    if (op == Op.INSERT && rows.hasBefore(row)) {
      unchanged.stream().forEach(column -> sources[column] = TABLE);
      completions.put(row, new Completion(sources, row, true));
      return true;
    }
    if (before == ABSENT) {
      unchanged.stream().forEach(column -> sources[column] = TABLE);
      completions.put(row, new Completion(sources, OWN, true));
      return true;
    }
    if (deletedBefore || rows.generation(before) < rows.generation(row)) {
      return false;
    }
    Completion earlier = completions.get(before);
    boolean needsTable = false;
    for (int c = unchanged.nextSetBit(0); c >= 0; c = unchanged.nextSetBit(c + 1)) {
      int source = earlier == null ? OWN : earlier.sources[c];
      sources[c] = source == OWN ? before : source;
      needsTable |= source == TABLE;
    }
    completions.put(
        row, new Completion(sources, earlier == null ? OWN : earlier.baseRow, needsTable));
    return true;
  }

  /** How many distinct keys there are; they are numbered from 0. */
  int keys() {
    return keys.size();
  }

  /** The last row of a key; {@link #isDelete} says whether it puts or removes. Absent: -1. */
  int lastRow(int key) {
    return last[key];
  }

  /** Whether the key's last change removes its row. */
  boolean isDelete(int key) {
    return deleted.get(key);
  }

  /** Whether the key's first change in the step put a row where, by the log, none was. */
  boolean isFresh(int key) {
    return fresh.get(key);
  }

  /** How to complete a row; empty where it is complete. */
  Optional<Completion> completion(int row) {
    return Optional.ofNullable(completions.get(row));
  }

  /** Rows without a base within the step, in their order. */
  BitSet missing() {
    return missing;
  }
}
