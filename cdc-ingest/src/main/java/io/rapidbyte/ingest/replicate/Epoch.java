package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.batch.RecordDraft;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been decoded and not yet handed over. One thread. */
public final class Epoch {
  private final int recordBytes;
  private final List<RecordDraft> drafts = new ArrayList<>();
  private final List<OutRecord> sealed = new ArrayList<>();
  private final List<ProgressChange> changes = new ArrayList<>();

  Epoch(int recordBytes) {
    this.recordBytes = recordBytes;
  }

  /** Where finished records go, in log order. */
  List<RecordDraft> drafts() {
    return drafts;
  }

  /** Takes a record of another topic. */
  public void add(OutRecord record) {
    sealed.add(record);
  }

  /** Takes a change of progress. */
  void add(ProgressChange change) {
    changes.add(change);
  }

  /** Takes somebody else's records, behind all so far. */
  void add(Parcel parcel, @Nullable ChunkMark mark) {
    seal(mark);
    sealed.addAll(parcel.records());
    changes.addAll(parcel.changes());
  }

  boolean isEmpty() {
    return drafts.isEmpty() && sealed.isEmpty() && changes.isEmpty();
  }

  /** Everything so far as a parcel, {@code last} being true with it. */
  Parcel take(@Nullable ChunkMark mark, ProgressChange last) {
    seal(mark);
    changes.add(last);
    Parcel parcel = new Parcel(sealed, changes);
    sealed.clear();
    changes.clear();
    return parcel;
  }

  private void seal(@Nullable ChunkMark mark) {
    for (RecordDraft draft : drafts) {
      (mark == null ? draft : draft.chunk(mark)).seal(recordBytes, sealed);
    }
    drafts.clear();
  }
}
