package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Owed;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How progress moves on: pure, and the only place where it does. */
public final class ProgressLedger {
  private ProgressLedger() {}

  /**
   * Progress after a change.
   *
   * @param before null before the first record of the progress topic
   * @throws IllegalStateException where the change cannot follow what was before: a defect
   */
  public static Progress apply(@Nullable Progress before, ProgressChange change) {
    if (change instanceof ProgressChange.SlotIntent intent) {
      return begin(before, intent);
    }
    if (before == null) {
      throw new IllegalStateException(change + " before any intent");
    }
    return switch (change) {
      case ProgressChange.SlotIntent intent -> begin(before, intent);
      case ProgressChange.SlotCreated created -> slotCreated(before, created);
      case ProgressChange.LogAdvanced advanced -> logAdvanced(before, advanced);
      case ProgressChange.LogContinues ignored -> before;
      case ProgressChange.TimelineSwitched switched -> before.withTimeline(switched.timeline());
      case ProgressChange.SchemaAdded added ->
          before.withSchemaVersion(added.stream(), added.version());
      case ProgressChange.SnapshotPhase phase -> phase(before, phase);
      case ProgressChange.RangeDone range -> rangeDone(before, range);
      case ProgressChange.ChunkDone chunk -> chunkDone(before, chunk);
      case ProgressChange.RowsOwed rows -> owed(before, rows);
      case ProgressChange.CommandsExecuted executed -> executed(before, executed);
    };
  }

  private static Progress begin(@Nullable Progress before, ProgressChange.SlotIntent intent) {
    Map<String, Integer> versions = before == null ? Map.of() : before.schemaVersions();
    Map<String, SnapshotState> snapshots =
        new HashMap<>(before == null ? Map.of() : before.snapshots());
    intent
        .generations()
        .forEach((stream, generation) -> snapshots.compute(stream, pending(generation)));
    Progress.Mark none = new Progress.Mark(Lsn.ZERO, Lsn.ZERO);
    return new Progress(
        Progress.FORMAT,
        intent.systemId(),
        intent.timeline(),
        intent.slot(),
        Progress.SlotState.INTENT,
        intent.publicationOid(),
        none,
        null,
        snapshots,
        versions,
        before == null ? 0 : before.control());
  }

  private static BiFunction<String, @Nullable SnapshotState, SnapshotState> pending(
      int generation) {
    return (stream, old) -> {
      if (old != null && generation < old.generation()) {
        throw new IllegalStateException("a generation went back: " + generation + " after " + old);
      }
      return SnapshotState.begun(generation, Phase.PENDING, Lsn.ZERO);
    };
  }

  private static Progress slotCreated(Progress before, ProgressChange.SlotCreated created) {
    if (before.slotState() != Progress.SlotState.INTENT) {
      throw new IllegalStateException(created + " without intent: " + before);
    }
    // The consistent point is an end, not a commit: a transaction may commit exactly there.
    Progress.Mark mark = new Progress.Mark(Lsn.ZERO, created.consistentPoint());
    return before.withSlot(Progress.SlotState.CREATED, mark);
  }

  private static Progress logAdvanced(Progress before, ProgressChange.LogAdvanced advanced) {
    Progress.Mark last = advanced.last();
    if (last.end().isBefore(before.last().end())) {
      throw new IllegalStateException("the log went back: " + advanced + " after " + before.last());
    }
    return before.withLog(last, advanced.partial().orElse(null));
  }

  private static Progress phase(Progress before, ProgressChange.SnapshotPhase phase) {
    SnapshotState old = before.snapshots().get(phase.stream());
    if (old != null && phase.generation() < old.generation()) {
      throw new IllegalStateException("a generation went back: " + phase + " after " + old);
    }
    long rows =
        old != null && old.generation() == phase.generation() && phase.phase() == Phase.DONE
            ? old.rows()
            : 0;
    SnapshotState next =
        new SnapshotState(
            phase.generation(), phase.phase(), phase.lsn(), List.of(), null, rows, Owed.NONE);
    return before.withSnapshot(phase.stream(), next);
  }

  private static Progress rangeDone(Progress before, ProgressChange.RangeDone done) {
    SnapshotState old = state(before, done.stream(), Phase.COPYING);
    List<String> ranges = new ArrayList<>(old.ranges());
    ranges.add(done.range());
    return before.withSnapshot(
        done.stream(),
        new SnapshotState(
            old.generation(),
            old.phase(),
            old.lsn(),
            ranges,
            null,
            old.rows() + done.rows(),
            old.owed()));
  }

  private static Progress chunkDone(Progress before, ProgressChange.ChunkDone done) {
    SnapshotState old = state(before, done.stream(), Phase.CHUNKING);
    return before.withSnapshot(
        done.stream(),
        new SnapshotState(
            old.generation(),
            old.phase(),
            old.lsn(),
            List.of(),
            done.cursor(),
            old.rows() + done.rows(),
            old.owed()));
  }

  private static Progress owed(Progress before, ProgressChange.RowsOwed rows) {
    SnapshotState old = state(before, rows.stream(), Phase.CHUNKING);
    return before.withSnapshot(rows.stream(), old.withOwed(rows.owed()));
  }

  private static Progress executed(Progress before, ProgressChange.CommandsExecuted executed) {
    return before.withControl(executed.next());
  }

  private static SnapshotState state(Progress progress, String stream, Phase phase) {
    SnapshotState state = progress.snapshots().get(stream);
    if (state == null || state.phase() != phase) {
      throw new IllegalStateException(stream + " is not " + phase + ": " + state);
    }
    return state;
  }
}
