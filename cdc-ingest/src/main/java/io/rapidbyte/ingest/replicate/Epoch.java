package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.batch.RecordDraft;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.position.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has been decoded and not yet handed over. One thread. */
public final class Epoch {
  /** A transaction that takes several epochs, and whether this one is its last. */
  record Piece(Lsn commit, ChunkMark mark) {}

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
  void add(Parcel parcel, Optional<Piece> piece) {
    seal(piece);
    sealed.addAll(parcel.records());
    changes.addAll(parcel.changes());
  }

  boolean isEmpty() {
    return drafts.isEmpty() && sealed.isEmpty() && changes.isEmpty();
  }

  /** Everything so far as a parcel, {@code last} being true with it. */
  Parcel take(Optional<Piece> piece, ProgressChange last) {
    seal(piece);
    changes.add(last);
    Parcel parcel = new Parcel(sealed, changes);
    sealed.clear();
    changes.clear();
    return parcel;
  }

  /** A record's mark is its last row's: those before it in the epoch are whole. */
  private void seal(Optional<Piece> piece) {
    for (RecordDraft draft : drafts) {
      Lsn ends = draft.headers().last().lsn();
      piece
          .filter(each -> each.commit().equals(ends))
          .map(each -> draft.chunk(each.mark()))
          .orElse(draft)
          .seal(recordBytes, sealed);
    }
    drafts.clear();
  }
}
