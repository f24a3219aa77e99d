package io.rapidbyte.sink.destination;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.Optional;

/**
 * A place into which streams are replicated.
 *
 * <h2>The promise</h2>
 *
 * <p><b>One destination transaction</b> holds one {@link Group}: the data of consecutive records of
 * one partition, what became of the rows that were not delivered, and the partition's bookkeeping
 * row <i>(pipeline, destination, topic, partition, cluster id, topic id, next offset, fence, schema
 * version, generation, ended generation)</i>. All of it is durable when {@link StreamWriter#apply}
 * returns {@link Applied.Committed}; nothing of it otherwise. Durable means: it survives the death
 * of this process and a restart of the destination.
 *
 * <p><b>The destination's offset is the truth.</b> Whoever wants to write a partition claims it:
 * {@link StreamWriter#claim} raises the fence and reads the offset in one statement. A later
 * transaction under a lower fence changes nothing and answers {@link Applied.Fenced}.
 *
 * <p><b>What comes again.</b> After a crash, a lost answer or a change of owner the host reads the
 * offset by a new claim and sends what follows it. A destination never sees a record again that it
 * has committed; it may see the same records in other groups than before.
 *
 * <p><b>A place that is lost</b> (retention passed the offset, the topic is another one, the table
 * was dropped) is given up only for the beginning of a newer generation in the log: {@link
 * StreamWriter#reseat} swaps it in one transaction, and the generation's own {@link
 * Step.SnapshotEnd} removes what is left of older ones.
 *
 * <h2>Who calls, on which thread</h2>
 *
 * <ol>
 *   <li>{@link #open} once, before everything else; again after {@link #close}.
 *   <li>{@link #writer} once a stream; its methods then by one thread at a time, the stream's own.
 *       Writers of different streams are called at the same time and must not wait for each other
 *       longer than a catalog change takes.
 *   <li>{@link StreamWriter#close} by the stream's thread or after it has ended; {@link #close}
 *       after all writers are closed.
 * </ol>
 *
 * <p>A call may block for as long as the destination takes; the host keeps its membership in Kafka
 * meanwhile. A thread that is interrupted in a call throws soon, with nothing committed or with
 * {@link io.rapidbyte.schemas.error.CommitState#AFTER_COMMIT_UNKNOWN}.
 *
 * <h2>Failures</h2>
 *
 * <p>Every failure is a {@link io.rapidbyte.schemas.error.RapidbyteException}. The host acts on its
 * {@link io.rapidbyte.schemas.error.ErrorInfo}, never on its text:
 *
 * <ul>
 *   <li>{@code retryable}: the host waits by its backoff, claims again and repeats what the offset
 *       says is missing.
 *   <li>category {@code DATA} with scope {@code BATCH} or {@code RECORD}: a value was refused. The
 *       host finds the rows by {@link StreamWriter#rehearse}, and applies again without them. That
 *       is many trials where many rows are refused; a destination that can tell which they are
 *       answers {@link Applied.Refused} instead.
 *   <li>anything else: the stream stops, and is tried again slowly, for what mends it (a grant, an
 *       ALTER TABLE, a command) happens outside. Other streams go on.
 * </ul>
 */
public interface Destination extends AutoCloseable {
  /** What a reader of this destination may rely on. */
  Guarantee guarantee();

  /** Whether applying a group takes this process's own cores, rather than another server's. */
  default boolean worksHere() {
    return false;
  }

  /**
   * Why this destination has to be closed and opened again before it can go on, where it has;
   * retryable. The host then does so. Any thread.
   */
  default Optional<ErrorInfo> fault() {
    return Optional.empty();
  }

  /**
   * Connects, and creates the bookkeeping tables where they are absent.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the destination cannot be reached
   *     or may not be written
   */
  void open();

  /** The writer of one stream. Connects lazily or here; creates no table yet. */
  StreamWriter writer(StreamTarget target);

  /** Releases everything. Idempotent; does not throw. */
  @Override
  void close();
}
