package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.PartitionId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a worker knows of one of its partitions. The worker's thread only. */
final class Ledger {
  private static final long INSPECT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** What a partition is held under since its last claim. */
  record Hold(
      PartitionId partition,
      long fence,
      int schemaVersion,
      int generation,
      GroupPlan.Before before) {
    /** The same when a record is applied too. */
    Hold with(RecordHeaders headers) {
      int newest = Math.max(generation, headers.generation());
      return new Hold(partition, fence, headers.schemaVersion(), newest, before);
    }

    /** The same with what is known behind a group. */
    Hold with(GroupPlan.Before after) {
      return new Hold(partition, fence, schemaVersion, generation, after);
    }
  }

  /** Where a stream stopped, so that passing that point is told as going on. */
  enum Stop {
    NONE,
    CLAIMING,
    APPLYING
  }

  final Lane lane;
  private Optional<Hold> hold = Optional.empty();
  private long nextOffset;
  private long advancedAtNanos;
  private long restUntilNanos;
  private long inspectAtNanos;
  private int attempts;
  private Stop stop = Stop.NONE;
  private Optional<ErrorInfo> lost = Optional.empty();

  Ledger(Lane lane) {
    this.lane = lane;
  }

  void claimed(Claim claim, PartitionId partition, GroupPlan.Before before, long nowNanos) {
    int generation = claim.generations().held();
    hold =
        Optional.of(new Hold(partition, claim.fence(), claim.schemaVersion(), generation, before));
    lost = Optional.empty();
    nextOffset = claim.nextOffset();
    advancedAtNanos = nowNanos;
    restUntilNanos = nowNanos;
    inspected(nowNanos);
    lane.claimed(nextOffset);
  }

  /** The log was looked at; again in a minute. */
  void inspected(long nowNanos) {
    inspectAtNanos = nowNanos + INSPECT_NANOS;
  }

  boolean isInspectionDue(long nowNanos) {
    return nowNanos - inspectAtNanos >= 0;
  }

  Optional<Hold> hold() {
    return hold;
  }

  void committed(Hold next, long offset, long nowNanos, long restNanos) {
    hold = Optional.of(next);
    nextOffset = offset;
    advancedAtNanos = nowNanos;
    restUntilNanos = nowNanos + restNanos;
    attempts = 0;
    lane.applied(offset);
  }

  /** The destination says that something is gone which only a newer generation brings back. */
  void lost(ErrorInfo what) {
    lost = Optional.of(what);
  }

  Optional<ErrorInfo> lost() {
    return lost;
  }

  /** What was held is no longer sure. */
  void forget() {
    hold = Optional.empty();
  }

  /** Begins again by a claim at {@code nanos}. */
  void restart(long nanos) {
    forget();
    lane.reset(nanos);
  }

  int nextAttempt() {
    return attempts++;
  }

  long nextOffset() {
    return nextOffset;
  }

  boolean isRested(long nowNanos) {
    return nowNanos - restUntilNanos >= 0;
  }

  /** How long what is queued has to wait yet; for ever where nothing is queued. */
  long nanosUntilRested(long nowNanos) {
    return lane.hasRecords() && hold.isPresent()
        ? Math.max(restUntilNanos - nowNanos, 0)
        : Long.MAX_VALUE;
  }

  boolean isIdleFor(long nanos, long nowNanos) {
    return nowNanos - advancedAtNanos >= nanos && lane.movedBeyond(nextOffset);
  }

  Stop stop() {
    return stop;
  }

  void stop(Stop where) {
    stop = where;
  }
}
