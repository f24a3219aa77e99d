package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the log did to one stream between a chunk's marks, and what therefore becomes of the chunk.
 *
 * <p>The chunk was read at some moment between the marks; nobody knows which changes it has seen.
 * So a row that none of them touched stands as read. A row that they touched is completed: a column
 * has the last value that they carry, and where none carries one it did not change between the
 * marks, so that the chunk's value is right. That is the row as it was at the high mark.
 *
 * <p>Pure; not thread-safe.
 */
final class ChunkWindow {
  /** What became of one key. */
  private sealed interface Touch {
    /** The last change deleted it. */
    record Gone() implements Touch {}

    /** Only updates: what they left out is as the chunk has it. */
    record Patched(RowImage values) implements Touch {}

    /** Begins with an insert: the chunk's row of this key may be an earlier one. */
    record Fresh(RowImage values) implements Touch {}
  }

  private static final Touch GONE = new Touch.Gone();

  private final int columns;
  private final int[] key;
  private final long maxBytes;
  private final Map<RowKey, Touch> touches = new HashMap<>();
  private long bytes;
  private boolean textKeys;
  private @Nullable Reason spoiled;

  /** Why a chunk must be read again. */
  enum Reason {
    TRUNCATED,
    SCHEMA_CHANGED,
    /** More changes between the marks than memory is meant for: a smaller chunk may do. */
    TOO_MANY_CHANGES,
    /** A transaction streamed before the low mark was not yet visible to the read. */
    COMMIT_NOT_VISIBLE,
    /** The log has keys in their text form and the chunk in binary, or the other way round. */
    KEY_FORM
  }

  /** What becomes of a chunk at its high mark. */
  sealed interface Outcome {
    /**
     * The chunk's rows as they stand in the table at the high mark, each whole. Left out are those
     * deleted since and those of which neither chunk nor log has every value.
     */
    record Emit(List<Tuple> rows) implements Outcome {}

    /** Nothing of the chunk may be used. */
    record Again(Reason reason) implements Outcome {}
  }

  /**
   * An empty window, at the low mark.
   *
   * @param columns how many columns rows have, in the chunk and in the log
   * @param key where the key columns stand
   * @param maxBytes memory for changes
   */
  ChunkWindow(int columns, int[] key, long maxBytes) {
    this.columns = columns;
    this.key = key.clone();
    this.maxBytes = maxBytes;
  }

  /** A change of the stream, in log order; a key change comes as a delete and an insert. */
  void change(Op op, Tuple row) {
    if (spoiled != null) {
      return;
    }
    RowKey of = RowKey.of(row, key);
    textKeys |= of.isText();
    Touch before = touches.get(of);
    Touch after = after(before, op, row);
    bytes += (before == null ? of.size() : -size(before)) + size(after);
    touches.put(of, after);
    if (bytes > maxBytes) {
      spoil(Reason.TOO_MANY_CHANGES);
    }
  }

  private Touch after(@Nullable Touch before, Op op, Tuple row) {
    return switch (op) {
      case DELETE -> GONE;
      case INSERT -> new Touch.Fresh(RowImage.of(row, columns));
      case UPDATE ->
          switch (before) {
            case null -> new Touch.Patched(RowImage.of(row, columns));
            case Touch.Patched(RowImage values) ->
                new Touch.Patched(RowImage.merged(row, values, columns));
            case Touch.Fresh(RowImage values) ->
                new Touch.Fresh(RowImage.merged(row, values, columns));
            case Touch.Gone gone -> new Touch.Fresh(RowImage.of(row, columns));
          };
      case SNAPSHOT -> throw new IllegalArgumentException("the log holds no snapshot rows");
    };
  }

  private static int size(Touch touch) {
    return switch (touch) {
      case Touch.Gone gone -> 0;
      case Touch.Patched(RowImage values) -> values.size();
      case Touch.Fresh(RowImage values) -> values.size();
    };
  }

  /** Nothing read or seen so far is of use. The first reason stands. */
  void spoil(Reason reason) {
    if (spoiled == null) {
      spoiled = reason;
      touches.clear();
    }
  }

  /** Why the chunk is lost already, if it is. */
  Optional<Reason> spoiled() {
    return Optional.ofNullable(spoiled);
  }

  /** What becomes of the chunk, at the high mark. */
  Outcome close(List<? extends Tuple> chunk) {
    if (!touches.isEmpty() && !chunk.isEmpty()) {
      requireSameForm(RowKey.of(chunk.getFirst(), key));
    }
    if (spoiled != null) {
      return new Outcome.Again(spoiled);
    }
    List<Tuple> rows = new ArrayList<>(chunk.size());
    for (Tuple row : chunk) {
      switch (touches.isEmpty() ? null : touches.get(RowKey.of(row, key))) {
        case null -> rows.add(row);
        case Touch.Gone gone -> {}
        case Touch.Patched(RowImage values) -> rows.add(RowImage.merged(values, row, columns));
        case Touch.Fresh(RowImage values) -> {
          if (values.isWhole()) {
            rows.add(values);
          }
        }
      }
    }
    return new Outcome.Emit(rows);
  }

  private void requireSameForm(RowKey read) {
    if (read.isText() != textKeys) {
      spoil(Reason.KEY_FORM);
    }
  }

  /** Whether the log changed the row of this key. */
  boolean isTouched(RowKey of) {
    return touches.containsKey(of);
  }

  /** Whether the log brought a row of this key of which it does not have every value. */
  boolean isHalf(RowKey of) {
    return touches.get(of) instanceof Touch.Fresh(RowImage values) && !values.isWhole();
  }
}
