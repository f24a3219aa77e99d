package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes true of {@link Progress} with a parcel. Applied by {@link ProgressLedger}. */
public sealed interface ProgressChange {
  /**
   * About to create the slot and whatever else makes a source ours. What stood of another slot or
   * source is gone with it, but for commands executed and schema versions.
   *
   * @param generations each stream's, which is about to begin
   */
  record SlotIntent(
      long systemId,
      int timeline,
      String slot,
      long publicationOid,
      Map<String, Integer> generations)
      implements ProgressChange {
    public SlotIntent {
      generations = Map.copyOf(generations);
    }
  }

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

  /** These rows of a stream that is read in chunks must still be read by key, and no others. */
  record RowsOwed(String stream, SnapshotState.Owed owed) implements ProgressChange {}

  /** Commands before this offset of the control topic have been executed. */
  record CommandsExecuted(long next) implements ProgressChange {}
}
