package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import java.util.List;
import java.util.Optional;

/** What becomes true of {@link Progress} with a parcel. Applied by {@link ProgressLedger}. */
public sealed interface ProgressChange {
  /** About to create the slot and whatever else makes a source ours. */
  record SlotIntent(
      long systemId, int timeline, String slot, long publicationOid, List<String> streams)
      implements ProgressChange {}

  /** The slot stands; everything before {@code consistentPoint} is the snapshot's. */
  record SlotCreated(Lsn consistentPoint) implements ProgressChange {}

  /** The log up to here is in the topics: whole transactions, and perhaps part of the next. */
  record LogAdvanced(Progress.Mark last, Optional<Progress.Partial> partial)
      implements ProgressChange {}

  /** More of the log must follow before a Kafka transaction may end. */
  record LogContinues() implements ProgressChange {}

  /** The timeline under our position is another one; its history contains our position. */
  record TimelineSwitched(int timeline) implements ProgressChange {}

  /** A stream's newest schema version. */
  record SchemaAdded(String stream, int version) implements ProgressChange {}

  /** A stream's snapshot enters a phase or a generation; ranges, cursor and rows begin anew. */
  record SnapshotPhase(String stream, int generation, SnapshotState.Phase phase, Lsn lsn)
      implements ProgressChange {}

  /** All rows of a CTID range are in the topic. */
  record RangeDone(String stream, String range, long rows) implements ProgressChange {}

  /** All rows up to a key are in the topic. */
  record ChunkDone(String stream, List<String> cursor, long rows) implements ProgressChange {}
}
