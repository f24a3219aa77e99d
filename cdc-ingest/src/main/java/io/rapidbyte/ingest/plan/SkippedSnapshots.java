package io.rapidbyte.ingest.plan;

import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState;
import java.util.ArrayList;
import java.util.List;

/** Streams whose existing rows are not wanted. */
public final class SkippedSnapshots {
  private SkippedSnapshots() {}

  /** What makes the first generation of each stream done. */
  public static List<ProgressChange> of(List<StreamPlan> streams, Lsn lsn) {
    List<ProgressChange> done = new ArrayList<>();
    for (StreamPlan stream : streams) {
      done.add(new ProgressChange.SnapshotPhase(stream.stream(), 1, SnapshotState.Phase.DONE, lsn));
    }
    return done;
  }
}
