package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;
import java.util.Optional;

/**
 * Watches the log go by, for watermark chunks. All calls come on the decode thread, in log order,
 * and must not wait for anything; what takes time happens on the watcher's own thread. Tuples live
 * until the call returns.
 */
public interface LogTap {
  /** Watches nothing. */
  LogTap NONE = new LogTap() {};

  /** Whether {@link #change} is to be called for a stream. */
  default boolean watches(String stream) {
    return false;
  }

  /**
   * A change of a watched stream, behind any filter, a key change as a delete and an insert. The
   * columns of {@code row} are {@code schema}'s.
   */
  default void change(StreamSchema schema, Op op, int xid, Tuple row) {}

  /** A watched stream was truncated. */
  default void truncated(String stream, int xid) {}

  /** A watched stream's columns changed. */
  default void schemaChanged(StreamSchema schema) {}

  /** A transaction begins; told of those too whose changes progress covers already. */
  default void begin(Lsn commit, int xid) {}

  /**
   * A transactional logical message whose prefix begins with {@code rapidbyte.} What is returned
   * goes into the topics at this place: behind all earlier changes, before all later ones, in the
   * Kafka transaction of the message's Postgres transaction.
   */
  default Optional<Parcel> message(String prefix, byte[] content, Lsn commit) {
    return Optional.empty();
  }

  /** What is true of progress with everything so far; asked where a Kafka transaction may end. */
  default List<ProgressChange> changes() {
    return List.of();
  }
}
