package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.sink.SinkObserver;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies one stream: claims its partitions, takes what their lanes hold, writes it, publishes its
 * dead letters. Every failure ends in the same way: what is queued is forgotten, and after a wait
 * the partition is claimed again, for only the destination knows what it holds.
 */
final class StreamWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWorker.class);

  /** A stream that somebody mends goes on within 10 s. */
  private static final int MENDING_ATTEMPT = 1;

  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final StreamRole role;
  private final HostParts parts;
  private final Delivery delivery;
  private final Seating seating;
  private final Semaphore signals = new Semaphore(0);
  private final Map<TopicPartition, Ledger> ledgers = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private Optional<StreamWriter> writer = Optional.empty();

  StreamWorker(StreamRole role, HostParts parts) {
    this.role = role;
    this.parts = parts;
    this.seating = new Seating(role.stream(), role.former(), parts.logs());
    this.delivery =
        new Delivery(new LetterDocument(role.stream(), role.destination()), role.policy());
  }

  /** Loop: the partition is this process's from now on. */
  void assign(Lane lane) {
    ledgers.put(lane.partition(), new Ledger(lane));
    signal();
  }

  /** Loop: the partition is another's. */
  void revoke(TopicPartition partition) {
    Ledger gone = ledgers.remove(partition);
    if (gone != null) {
      gone.lane.reset(System.nanoTime());
    }
    parts.observer().released(role.stream(), partition.partition());
  }

  /** Loop: something may be there to do. */
  void signal() {
    signals.release();
  }

  /** Any thread: ends {@link #run} after the group that is being applied. */
  void close() {
    closed = true;
    signal();
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        if (!turn()) {
          await();
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("{} was interrupted", role.stream(), e);
    } finally {
      dropWriter();
    }
  }

  private void await() throws InterruptedException {
    long now = System.nanoTime();
    long wait = LONGEST_WAIT_NANOS;
    for (Ledger each : ledgers.values()) {
      wait = Math.min(wait, each.nanosUntilRested(now));
    }
    if (signals.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
      signals.drainPermits();
    }
  }

  /** One piece of work for each partition that has some; whether there was any. */
  private boolean turn() {
    boolean worked = false;
    for (Ledger each : ledgers.values()) {
      worked |= !closed && guarded(each);
    }
    return worked;
  }

  private boolean guarded(Ledger ledger) {
    try {
      return work(ledger);
    } catch (RapidbyteException e) {
      fail(ledger, e.error());
      LOG.debug("{} failed", ledger.lane.partition(), e);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("{} failed for a reason nobody foresaw", ledger.lane.partition(), e);
      fail(ledger, defect(e));
    }
    return true;
  }

  private boolean work(Ledger ledger) {
    long now = System.nanoTime();
    if (ledger.lane.claimDue(now)) {
      claim(ledger);
      return true;
    }
    Optional<Ledger.Hold> hold = ledger.hold();
    if (hold.isEmpty()) {
      return false;
    }
    if (ledger.isInspectionDue(now)) {
      inspect(ledger, hold.get());
    }
    if (ledger.lane.hasRecords() && ledger.isRested(now)) {
      Lane.Taken taken = ledger.lane.take(parts.limits());
      if (taken.count() > 0) {
        apply(ledger, hold.get(), taken);
        return true;
      }
    }
    if (ledger.isIdleFor(parts.limits().idleOffset().toNanos(), now)) {
      Lane.Taken nothing = ledger.lane.take(parts.limits());
      apply(ledger, hold.get(), nothing);
      return true;
    }
    return false;
  }

  private void claim(Ledger ledger) {
    ledger.forget();
    TopicPartition topicPartition = ledger.lane.partition();
    StreamWriter open = writer(topicPartition);
    Seating.Seated seated = seating.claim(open, topicPartition, ledger.lost());
    Claim claim = seated.claim();
    PartitionId partition = seated.partition();
    try {
      publish(open, partition);
    } catch (RapidbyteException e) {
      noteLoss(ledger, e.error());
      throw e;
    }
    int ended = Math.max(claim.generations().ended(), role.firstToCopy() - 1);
    var before =
        new GroupPlan.Before(role.stream(), role.upsert(), claim.dead(), claim.held(), ended);
    seated
        .seat()
        .ifPresent(
            seat ->
                parts.observer().reseated(role.stream(), partition.partition(), seat.generation()));
    parts.observer().claimed(role.stream(), partition.partition(), claim.nextOffset());
    ledger.claimed(claim, partition, before, System.nanoTime());
    resumed(ledger, Ledger.Stop.CLAIMING);
  }

  /** Now and then: whether the log is still the same, and how far retention is behind. */
  private void inspect(Ledger ledger, Ledger.Hold hold) {
    TopicPartition topicPartition = ledger.lane.partition();
    PartitionId found = parts.logs().identify(topicPartition);
    LogBounds bounds = parts.logs().bounds(topicPartition);
    LogCheck.obstacle(role.stream(), found, hold.partition(), ledger.nextOffset(), bounds)
        .ifPresent(
            obstacle -> {
              throw new RapidbyteException(obstacle);
            });
    parts
        .observer()
        .retentionMargin(
            role.stream(), topicPartition.partition(), ledger.nextOffset() - bounds.start());
    ledger.inspected(System.nanoTime());
  }

  private void resumed(Ledger ledger, Ledger.Stop where) {
    if (ledger.stop() == where && where != Ledger.Stop.NONE) {
      ledger.stop(Ledger.Stop.NONE);
      parts.observer().resumed(role.stream());
    }
  }

  private StreamWriter writer(TopicPartition partition) {
    if (writer.isEmpty()) {
      int count = parts.logs().describe(partition.topic()).partitions().size();
      var target = new StreamTarget(role.table(), role.mode(), count);
      writer = Optional.of(parts.destination().writer(target));
    }
    return writer.get();
  }

  private void dropWriter() {
    writer.ifPresent(StreamWriter::close);
    writer = Optional.empty();
  }

  private void apply(Ledger ledger, Ledger.Hold hold, Lane.Taken taken) {
    StreamWriter open = writer(ledger.lane.partition());
    List<Unit> units =
        parts.permits().during(() -> parts.decoder().decode(taken.records(), hold.generation()));
    try {
      Failpoint.hit("sink.pre");
      long started = System.nanoTime();
      Ledger.Hold reached = reached(hold, units);
      Delivery.Outcome outcome = deliver(open, ledger, reached, taken, units);
      if (outcome.applied() instanceof Applied.Fenced) {
        parts.observer().fenced(role.stream(), hold.partition().partition());
        ledger.restart(System.nanoTime() + Backoff.FAST.delay(0, parts.random()).toNanos());
        return;
      }
      Failpoint.hit("sink.post");
      long took = System.nanoTime() - started;
      long rest = taken.full() ? 0 : Math.min(took, parts.limits().restCap().toNanos());
      ledger.committed(reached.with(outcome.after()), taken.nextOffset(), System.nanoTime(), rest);
      report(hold.partition(), taken, units, outcome, Duration.ofNanos(took));
      resumed(ledger, Ledger.Stop.APPLYING);
      if (outcome.letters() > 0) {
        publish(open, hold.partition());
      }
    } finally {
      units.forEach(Unit::close);
    }
  }

  private void publish(StreamWriter open, PartitionId partition) {
    int sent = parts.publisher().publish(open, partition, role);
    if (sent > 0) {
      parts.observer().lettersSent(role.stream(), sent);
    }
  }

  private void report(
      PartitionId partition,
      Lane.Taken taken,
      List<Unit> units,
      Delivery.Outcome outcome,
      Duration took) {
    int rows = 0;
    for (Unit unit : units) {
      rows += unit instanceof Unit.Rows some ? some.root().getRowCount() : 0;
    }
    List<ErrorInfo> refusals = outcome.refusals();
    parts
        .observer()
        .applied(
            new SinkObserver.Group(
                role.stream(),
                partition.partition(),
                taken.count(),
                rows,
                taken.bytes(),
                refusals.size(),
                taken.nextOffset(),
                CommitTimes.of(units),
                Instant.now(),
                took));
    if (!refusals.isEmpty()) {
      parts.observer().undelivered(role.stream(), refusals.size(), refusals.getFirst());
    }
  }

  private Delivery.Outcome deliver(
      StreamWriter open, Ledger ledger, Ledger.Hold reached, Lane.Taken taken, List<Unit> units) {
    Delivery.Work work = new Delivery.Work(reached, taken.nextOffset(), units);
    try {
      return parts.destination().worksHere()
          ? parts.permits().during(() -> delivery.deliver(open, work))
          : delivery.deliver(open, work);
    } catch (RapidbyteException e) {
      noteLoss(ledger, e.error());
      throw e;
    }
  }

  private static void noteLoss(Ledger ledger, ErrorInfo error) {
    if (error.code().equals(Codes.SINK_RESYNC_REQUIRED)) {
      ledger.lost(error);
    }
  }

  /** What the partition is held under when the units are applied. */
  private static Ledger.Hold reached(Ledger.Hold hold, List<Unit> units) {
    Ledger.Hold reached = hold;
    for (Unit unit : units) {
      reached =
          switch (unit) {
            case Unit.Rows rows -> reached.with(rows.headers());
            case Unit.Mark mark -> reached.with(mark.headers());
            case Unit.Garbage garbage -> reached;
          };
    }
    return reached;
  }

  private void fail(Ledger ledger, ErrorInfo error) {
    boolean claiming = ledger.hold().isEmpty();
    int attempt = ledger.nextAttempt();
    Duration delay =
        error.retryable()
            ? error.backoff().delay(attempt, parts.random())
            : parts.limits().mending().delay(Math.min(attempt, MENDING_ATTEMPT), parts.random());
    Duration asked = error.retryAfter();
    if (asked != null && asked.compareTo(delay) > 0) {
      delay = asked;
    }
    dropWriter();
    ledger.restart(System.nanoTime() + delay.toNanos());
    if (error.retryable()) {
      parts.observer().retrying(role.stream(), error, attempt, delay);
    } else {
      ledger.stop(claiming ? Ledger.Stop.CLAIMING : Ledger.Stop.APPLYING);
      parts.observer().stopped(role.stream(), error);
    }
  }

  private ErrorInfo defect(RuntimeException cause) {
    return ErrorInfo.permanent(
        Category.INTERNAL,
        Scope.STREAM,
        "sink/defect",
        "applying " + role.stream() + " failed: " + cause,
        "report it with the log");
  }
}
