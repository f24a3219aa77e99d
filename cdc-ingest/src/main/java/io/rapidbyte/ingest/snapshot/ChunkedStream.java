package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stream while it is read in chunks: the open chunk's window, and the rows still owed.
 *
 * <p>A row is owed where the log brought it incomplete under a key that it did not have before: the
 * old key's row may not have reached the destination yet, and a chunk may have passed the new key.
 * It is read again as a chunk of its own, unless the log completes or deletes it first.
 *
 * <p>Pure; not thread-safe.
 */
final class ChunkedStream {
  private int columns;
  private int[] key;
  private final long maxBytes;
  private final Set<RowKey> owed = new LinkedHashSet<>();
  private @Nullable ChunkWindow window;
  private long lowPlace;
  private boolean owedChanged;

  /**
   * A stream before its first chunk.
   *
   * @param columns how many columns its rows have, in chunks and in the log
   * @param key where the key columns stand
   * @param maxBytes memory for the changes of one chunk
   */
  ChunkedStream(int columns, int[] key, long maxBytes) {
    this.columns = columns;
    this.key = key.clone();
    this.maxBytes = maxBytes;
  }

  /** A change came by; a key change as a delete and an insert. */
  void change(Op op, Tuple row) {
    if (window != null) {
      window.change(op, row);
    }
    if (op == Op.INSERT && !isWhole(row)) {
      owedChanged |= owed.add(RowKey.of(row, key));
    } else if (!owed.isEmpty() && (op == Op.DELETE || isWhole(row))) {
      owedChanged |= owed.remove(RowKey.of(row, key));
    }
  }

  /** Rows are owed from an earlier session. */
  void owe(Collection<RowKey> keys) {
    owed.addAll(keys);
  }

  /** How many rows are owed. */
  int owedRows() {
    return owed.size();
  }

  /** Whether other rows are owed than at the last call. */
  boolean takeOwedChanged() {
    boolean changed = owedChanged;
    owedChanged = false;
    return changed;
  }

  /** Whether the log has changed a row of the open chunk's time. */
  boolean isTouched(RowKey of) {
    return window != null && window.isTouched(of);
  }

  /** The table was truncated: nothing is owed any more, and an open chunk is lost. */
  void truncated() {
    owedChanged |= !owed.isEmpty();
    owed.clear();
    spoil(ChunkWindow.Reason.TRUNCATED);
  }

  /** Rows have other columns from here on; an open chunk is lost. */
  void reshape(int width, int[] keyColumns) {
    columns = width;
    key = keyColumns.clone();
    spoil(ChunkWindow.Reason.SCHEMA_CHANGED);
  }

  /** The open chunk, if there is one, is lost. */
  void spoil(ChunkWindow.Reason reason) {
    if (window != null) {
      window.spoil(reason);
    }
  }

  /** The low mark came by: a chunk begins. */
  void low(StreamedTransactions streamed) {
    window = new ChunkWindow(columns, key, maxBytes);
    lowPlace = streamed.here();
  }

  /**
   * The high mark came by: the chunk ends.
   *
   * @param rows as read between the marks
   * @param snapshot what the read saw
   * @param asked the keys that the chunk was read for; empty where it is a span
   */
  ChunkWindow.Outcome high(
      List<? extends Tuple> rows,
      SourceSnapshot snapshot,
      StreamedTransactions streamed,
      Set<RowKey> asked) {
    ChunkWindow closing = window;
    if (closing == null) {
      throw new IllegalStateException("a high mark without its low mark");
    }
    window = null;
    if (!streamed.allSeenBy(snapshot, lowPlace)) {
      closing.spoil(ChunkWindow.Reason.COMMIT_NOT_VISIBLE);
    }
    ChunkWindow.Outcome outcome = closing.close(rows);
    if (outcome instanceof ChunkWindow.Outcome.Emit(List<Tuple> emitted)) {
      settle(closing, emitted, asked);
    }
    return outcome;
  }

  private void settle(ChunkWindow closed, List<Tuple> emitted, Set<RowKey> asked) {
    if (owed.isEmpty()) {
      return;
    }
    for (Tuple row : emitted) {
      owedChanged |= owed.remove(RowKey.of(row, key));
    }
    // What was asked for and is neither here nor half in the log does not pass the condition.
    for (RowKey of : asked) {
      if (!closed.isHalf(of)) {
        owedChanged |= owed.remove(of);
      }
    }
  }

  /** Rows still to be read by key, oldest first, at most {@code most}. */
  List<RowKey> owed(int most) {
    List<RowKey> first = new ArrayList<>();
    for (RowKey of : owed) {
      if (first.size() == most) {
        break;
      }
      first.add(of);
    }
    return first;
  }

  /** Why the open chunk is lost already, if it is: its reader need not go on. */
  Optional<ChunkWindow.Reason> lost() {
    return window == null ? Optional.empty() : window.spoiled();
  }

  private static boolean isWhole(Tuple row) {
    for (int i = 0; i < row.columns(); i++) {
      if (row.kind(i) == Tuple.UNCHANGED) {
        return false;
      }
    }
    return true;
  }
}
