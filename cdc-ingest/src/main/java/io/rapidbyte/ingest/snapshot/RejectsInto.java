package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;

/** Makes what takes a thread's refused rows. May be called by any thread. */
public interface RejectsInto {
  /** What becomes of a snapshot's row that cannot be written: by policy, never silently. */
  interface Refused {
    /**
     * Takes a refused row; the tuple lives until the call returns.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException where the policy says that the stream
     *     stops
     */
    void reject(
        StreamSchema schema,
        int generation,
        String range,
        Position position,
        Tuple row,
        ErrorInfo error);
  }

  /** One thread's, whose dead letters are added to {@code out}, to go with the rows around them. */
  Refused into(List<OutRecord> out);
}
