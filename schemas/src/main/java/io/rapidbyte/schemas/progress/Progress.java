package io.rapidbyte.schemas.progress;

import io.rapidbyte.schemas.position.Lsn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ingest has made durable. The last value of the progress topic at read_committed is the truth
 * about the source; it is written in the Kafka transaction of the data it speaks of.
 *
 * @param format version of this document; a reader refuses what it does not know
 * @param systemId {@code IDENTIFY_SYSTEM}'s, unsigned
 * @param slotState how far the slot's creation got
 * @param publicationOid {@code pg_publication.oid}; a re-created publication has another
 * @param last the last whole transaction
 * @param partial where a transaction that takes several Kafka transactions stands
 * @param snapshots per stream name
 * @param schemaVersions the newest version per stream name
 * @param control the offset in the control topic up to which commands were executed
 */
public record Progress(
    int format,
    long systemId,
    int timeline,
    String slot,
    SlotState slotState,
    long publicationOid,
    Mark last,
    @Nullable Partial partial,
    Map<String, SnapshotState> snapshots,
    Map<String, Integer> schemaVersions,
    long control) {

  public static final int FORMAT = 1;

  /** How far the slot's creation got. */
  public enum SlotState {
    /** About to be created: after a crash, drop what may be there and begin again. */
    INTENT,
    /** Created at {@code last.end}; it is ours. */
    CREATED
  }

  /**
   * The end of a transaction.
   *
   * @param commit the LSN of its commit: {@code Begin.final_lsn}
   * @param end the LSN behind its commit record: where streaming starts again
   */
  public record Mark(Lsn commit, Lsn end) {}

  /**
   * A transaction whose first changes are durable.
   *
   * @param nextOrdinal the first ordinal that is not
   */
  public record Partial(Lsn commit, int nextOrdinal) {}

  public Progress {
    snapshots = Map.copyOf(snapshots);
    schemaVersions = Map.copyOf(schemaVersions);
  }

  /** The same with the slot's state and where the log stands. */
  public Progress withSlot(SlotState state, Mark mark) {
    return new Progress(
        format,
        systemId,
        timeline,
        slot,
        state,
        publicationOid,
        mark,
        partial,
        snapshots,
        schemaVersions,
        control);
  }

  /** The same, further along the log. */
  public Progress withLog(Mark mark, @Nullable Partial rest) {
    return new Progress(
        format,
        systemId,
        timeline,
        slot,
        slotState,
        publicationOid,
        mark,
        rest,
        snapshots,
        schemaVersions,
        control);
  }

  /** The same on another timeline. */
  public Progress withTimeline(int other) {
    return new Progress(
        format,
        systemId,
        other,
        slot,
        slotState,
        publicationOid,
        last,
        partial,
        snapshots,
        schemaVersions,
        control);
  }

  /** The same with one stream's snapshot replaced. */
  public Progress withSnapshot(String stream, SnapshotState state) {
    Map<String, SnapshotState> all = new HashMap<>(snapshots);
    all.put(stream, state);
    return new Progress(
        format,
        systemId,
        timeline,
        slot,
        slotState,
        publicationOid,
        last,
        partial,
        all,
        schemaVersions,
        control);
  }

  /** The same with one stream's newest schema version replaced. */
  public Progress withSchemaVersion(String stream, int version) {
    Map<String, Integer> all = new HashMap<>(schemaVersions);
    all.put(stream, version);
    return new Progress(
        format,
        systemId,
        timeline,
        slot,
        slotState,
        publicationOid,
        last,
        partial,
        snapshots,
        all,
        control);
  }

  /** The same with commands executed up to another offset. */
  public Progress withControl(long next) {
    return new Progress(
        format,
        systemId,
        timeline,
        slot,
        slotState,
        publicationOid,
        last,
        partial,
        snapshots,
        schemaVersions,
        next);
  }
}
