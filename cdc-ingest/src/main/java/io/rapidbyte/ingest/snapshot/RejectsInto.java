package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.batch.Rejects;
import io.rapidbyte.ingest.commit.OutRecord;
import java.util.List;

/** Makes what takes a thread's refused rows. May be called by any thread. */
public interface RejectsInto {
  /** Rejects whose dead letters are added to {@code out}, to go with the rows around them. */
  Rejects into(List<OutRecord> out);
}
