package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;
import java.util.Optional;

/** How a stream's snapshot goes on when a session begins. Pure. */
sealed interface Resumption {
  /** It is complete. */
  record Complete() implements Resumption {}

  /**
   * By watermark chunks.
   *
   * @param cursor the key behind which it goes on, in the same generation
   * @param owed rows that are to be read by key, in text form
   */
  record Chunks(int generation, Optional<List<String>> cursor, long rows, List<List<String>> owed)
      implements Resumption {}

  /** As a whole, under a snapshot of its own: without a key there is no order to read it by. */
  record Whole(int generation) implements Resumption {}

  /**
   * Decides by what is durable. A copy ends with its snapshot, so whatever it left is of no use and
   * begins again under the next generation; chunks go on behind their cursor, unless nobody knows
   * any more what they owe.
   */
  static Resumption of(StreamPlan plan, SnapshotState state) {
    if (state.phase() == Phase.DONE) {
      return new Complete();
    }
    // Nothing of a pending generation is in the topic yet.
    int next = state.generation() + (state.phase() == Phase.PENDING ? 0 : 1);
    if (!hasOrder(plan.schema())) {
      return new Whole(next);
    }
    Optional<List<String>> cursor = Optional.ofNullable(state.cursor());
    if (state.phase() == Phase.CHUNKING && state.owed().complete()) {
      return new Chunks(state.generation(), cursor, state.rows(), state.owed().keys());
    }
    return new Chunks(next, Optional.empty(), 0, List.of());
  }

  /** Whether rows can be read in the order of a key: there is one, and it is never NULL. */
  static boolean hasOrder(StreamSchema schema) {
    return !schema.key().isEmpty()
        && schema.columns().stream()
            .filter(column -> schema.key().contains(column.name()))
            .noneMatch(Column::nullable);
  }
}
