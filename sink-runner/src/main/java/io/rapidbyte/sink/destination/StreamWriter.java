package io.rapidbyte.sink.destination;

import java.util.Collection;
import java.util.List;

/** Writes one stream. Used by one thread at a time. See {@link Destination} for the promise. */
public interface StreamWriter extends AutoCloseable {
  /**
   * Raises the partition's fence and reads its bookkeeping, in one statement; creates the row with
   * offset 0 where there is none. From its return on, no transaction under an earlier claim
   * commits. A row of another cluster or topic id is returned as it is, and keeps its ids.
   */
  Claim claim(PartitionId partition);

  /**
   * Applies a group in one transaction. The bookkeeping update must hit exactly one row, by
   * partition and fence; where it hits none, nothing is committed. Failpoint {@code sink.apply}
   * lies right before the commit, {@code sink.ddl} behind each catalog change.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException with the commit state; nothing was
   *     committed unless it says otherwise
   */
  Applied apply(Group group);

  /**
   * Does what {@link #apply} does with the steps, and rolls it back; bookkeeping is left out.
   * {@link Applied.Committed} means that the steps would be taken. Catalog changes may stay.
   */
  Applied rehearse(Group group);

  /**
   * Letters of a partition that do not wait, oldest first, at most {@code limit}; fewer where they
   * are large, none only where there are none.
   */
  List<DeadLetter> outbox(PartitionId partition, int limit);

  /** Deletes letters that were sent. Ids that are not there are no error. */
  void sent(PartitionId partition, Collection<String> ids);

  /**
   * Gives a destination that lost its place a new one, in one transaction: cluster id and topic id
   * of {@code partition}, offset and generation of {@code seat}. Marks and letters that wait for an
   * older snapshot go, for every row comes again; letters on their way stay. A table that was
   * dropped may be created anew after it.
   *
   * @param fence of the claim that found the place lost
   * @return false where another member has claimed the partition since; nothing was changed then
   */
  boolean reseat(PartitionId partition, long fence, Seat seat);

  /** Releases the connection. Idempotent; does not throw. */
  @Override
  void close();
}
