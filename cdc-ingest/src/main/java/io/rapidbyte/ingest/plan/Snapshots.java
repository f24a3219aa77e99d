package io.rapidbyte.ingest.plan;

import io.rapidbyte.ingest.replicate.LogTap;
import io.rapidbyte.schemas.position.Lsn;
import java.util.List;
import java.util.Map;

/** How rows that exist already get into the topics. */
public interface Snapshots {
  /** Copies nothing and takes every stream's snapshot for done. */
  Snapshots NONE =
      new Snapshots() {
        @Override
        public void copy(SnapshotContext context, String snapshot, Lsn lsn)
            throws InterruptedException {
          context
              .sink()
              .put(
                  new io.rapidbyte.ingest.commit.Parcel(
                      List.of(), SkippedSnapshots.of(context.streams(), lsn)));
        }

        @Override
        public Chunking chunk(SnapshotContext context, List<KeyOrder> keys) {
          return Chunking.NONE;
        }
      };

  /**
   * The first start: copies every stream under the slot's exported snapshot, and returns when all
   * of it is durable, snapshot-end records included. Nothing streams meanwhile.
   *
   * @param snapshot the exported snapshot's name, valid until this returns
   * @param lsn the consistent point: the rows' LSN
   * @throws InterruptedException where ingest is asked to stop; what is not durable begins again
   */
  void copy(SnapshotContext context, String snapshot, Lsn lsn) throws InterruptedException;

  /**
   * Every other start: what is not done goes on by watermark chunks while the log streams. Returns
   * at once; its work is done on threads of its own, which end with {@link Chunking#close}.
   *
   * @param keys rows that somebody wants to be read again, in order
   */
  Chunking chunk(SnapshotContext context, List<KeyOrder> keys) throws InterruptedException;

  /** Watermark chunks under way. */
  interface Chunking extends AutoCloseable {
    /** Nothing to do. */
    Chunking NONE = () -> LogTap.NONE;

    /** Watches the log for them. */
    LogTap tap();

    /**
     * By stream, an LSN: what commits before it is in rows that were copied whole, and is dropped
     * from the log.
     */
    default Map<String, Lsn> dropBelow() {
      return Map.of();
    }

    /**
     * Throws what stopped the work, if something did; called often.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException the failure
     */
    default void check() {}

    /** Stops the work, whatever it is at. */
    @Override
    default void close() {}
  }
}
