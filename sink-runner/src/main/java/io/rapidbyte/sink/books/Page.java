package io.rapidbyte.sink.books;

import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.Step;

/**
 * How far a partition is applied.
 *
 * @param holder the partition as it was when the page was begun
 * @param fence of the last claim
 * @param nextOffset the first record that is not applied; {@link Claim#LOST} where nobody knows
 * @param delivered the offset behind the last record with rows, 0 where there was none: what the
 *     destination itself can know of
 */
public record Page(
    PartitionId holder,
    long fence,
    long nextOffset,
    long delivered,
    int schemaVersion,
    Claim.Generations generations) {
  /** A partition of which nothing is applied. */
  public static Page first(PartitionId partition) {
    return new Page(partition, 0, 0, 0, 0, new Claim.Generations(0, 0));
  }

  /** The same under a new claim. */
  public Page fenced() {
    return new Page(holder, fence + 1, nextOffset, delivered, schemaVersion, generations);
  }

  /** The page behind a group. */
  Page after(Group group) {
    int ended = generations.ended();
    long last = delivered;
    for (Step step : group.steps()) {
      switch (step) {
        case Step.SnapshotEnd end -> ended = Math.max(ended, end.generation());
        case Step.Rows rows -> last = Math.max(last, rows.batches().getLast().offset() + 1);
        case Step.SchemaChange change -> {}
        case Step.Truncate truncate -> {}
      }
    }
    int held = Math.max(generations.held(), group.generation());
    return new Page(
        holder,
        fence,
        group.nextOffset(),
        last,
        group.schemaVersion(),
        new Claim.Generations(held, ended));
  }

  /** The page of a partition that goes on in another place. */
  Page seated(PartitionId partition, Seat seat) {
    return new Page(
        partition,
        fence,
        seat.nextOffset(),
        0,
        0,
        new Claim.Generations(seat.generation(), generations.ended()));
  }
}
