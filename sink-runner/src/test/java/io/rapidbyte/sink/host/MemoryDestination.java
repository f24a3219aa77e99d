package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Offsets in memory, a commit that takes its time, and streams that fail on demand. */
final class MemoryDestination implements Destination {
  private record Row(PartitionId holder, long fence, long nextOffset) {}

  private final Duration commit;
  private final Semaphore atOnce;
  private final Map<String, Row> rows = new ConcurrentHashMap<>();
  final Map<String, Integer> applied = new ConcurrentHashMap<>();
  final Set<String> unwritable = ConcurrentHashMap.newKeySet();
  final AtomicInteger transientFailures = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicInteger now = new AtomicInteger();
  boolean worksHere;

  /** Where commits wait for each other, if they do. */
  @Nullable CyclicBarrier together;

  /**
   * @param commit what a commit takes
   * @param atOnce how many commits there can be at a time
   */
  MemoryDestination(Duration commit, int atOnce) {
    this.commit = commit;
    this.atOnce = new Semaphore(atOnce);
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXACTLY_ONCE;
  }

  @Override
  public boolean worksHere() {
    return worksHere;
  }

  @Override
  public void open() {}

  @Override
  public StreamWriter writer(StreamTarget target) {
    return new Writer(target);
  }

  @Override
  public void close() {}

  /** Raises a fence as another member would. */
  void fence(String topic) {
    rows.computeIfPresent(
        topic + "-0", (name, row) -> new Row(row.holder(), row.fence() + 1, row.nextOffset()));
  }

  private final class Writer implements StreamWriter {
    private final StreamTarget target;

    Writer(StreamTarget target) {
      this.target = target;
    }

    @Override
    public Claim claim(PartitionId partition) {
      Row row =
          rows.merge(
              partition.toString(),
              new Row(partition, 1, 0),
              (old, fresh) -> new Row(old.holder(), old.fence() + 1, old.nextOffset()));
      return new Claim(
          row.holder(),
          row.fence(),
          row.nextOffset(),
          0,
          new Claim.Generations(0, 0),
          Set.of(),
          Map.of());
    }

    @Override
    public Applied apply(Group group) {
      if (unwritable.contains(target.stream())) {
        throw new RapidbyteException(
            ErrorInfo.permanent(
                Category.AUTH,
                Scope.STREAM,
                "test/unwritable",
                target.stream() + " may not be written",
                "GRANT INSERT"));
      }
      if (transientFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new RapidbyteException(
            ErrorInfo.passing(
                Category.TRANSIENT,
                Scope.STREAM,
                "test/gone",
                "the connection is gone",
                io.rapidbyte.schemas.error.Backoff.FAST));
      }
      atOnce.acquireUninterruptibly();
      mostAtOnce.accumulateAndGet(now.incrementAndGet(), Math::max);
      try {
        if (together != null) {
          together.await(60, TimeUnit.SECONDS);
        }
        Thread.sleep(commit);
      } catch (BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("the other streams' commits did not come", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        now.decrementAndGet();
        atOnce.release();
      }
      Row before = rows.get(group.partition().toString());
      if (before == null || before.fence() != group.fence()) {
        return new Applied.Fenced();
      }
      rows.put(
          group.partition().toString(),
          new Row(before.holder(), before.fence(), group.nextOffset()));
      applied.merge(target.stream(), group.rowCount(), Integer::sum);
      return new Applied.Committed();
    }

    @Override
    public Applied rehearse(Group group) {
      return new Applied.Committed();
    }

    @Override
    public List<DeadLetter> outbox(PartitionId partition, int limit) {
      return List.of();
    }

    @Override
    public void sent(PartitionId partition, Collection<String> ids) {}

    @Override
    public boolean reseat(
        PartitionId partition, long fence, io.rapidbyte.sink.destination.Seat seat) {
      return true;
    }

    @Override
    public void close() {}
  }
}
