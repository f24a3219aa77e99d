package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.position.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The log thread's work: messages in, parcels out, heartbeats while nothing happens. */
final class LogLoop implements LogReader.Listener {
  private static final long PARK_NANOS = 500_000;
  private static final long QUIET_PARK_NANOS = 2_000_000;
  private static final long QUIET_AFTER_NANOS = 200_000_000;
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration ASKED_HEARTBEAT = Duration.ofMillis(50);
  private static final Duration CHECK = Duration.ofMillis(200);

  private final LogReader reader;
  private final LogAssembler assembler;
  private final SendThread send;
  private final Feedback feedback;
  private final IngestObserver observer;

  private long serverEnd;
  private Lsn idleEnd = Lsn.ZERO;
  private boolean replyAsked;
  private long heartbeatNanos;
  private long messageNanos;
  private long checkNanos;

  LogLoop(
      LogReader reader,
      LogAssembler assembler,
      SendThread send,
      Feedback feedback,
      IngestObserver observer) {
    this.reader = reader;
    this.assembler = assembler;
    this.send = send;
    this.feedback = feedback;
    this.observer = observer;
  }

  /**
   * Runs until told to stop.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the log or Kafka fails
   */
  void run(BooleanSupplier stop) throws InterruptedException {
    heartbeatNanos = System.nanoTime() - HEARTBEAT.toNanos();
    while (!stop.getAsBoolean()) {
      boolean idle = !reader.next(this);
      long now = System.nanoTime();
      Parcel due = assembler.due(now, idle, idle && send.isIdle());
      if (due != null) {
        hand(due);
      }
      if (idle) {
        idle(now);
      } else {
        messageNanos = now;
      }
      if (now - checkNanos > CHECK.toNanos()) {
        checkNanos = now;
        send.check();
        feedback.check();
        observer.position(feedback.confirmed(), new Lsn(serverEnd), assembler.newestMicros());
      }
    }
  }

  @Override
  public LogVisitor message(int bytes, long end) {
    serverEnd = Math.max(serverEnd, end);
    assembler.message(bytes);
    return assembler;
  }

  @Override
  public void keepalive(Lsn end, boolean asked) {
    idleEnd = end;
    serverEnd = Math.max(serverEnd, end.bits());
    if (asked) {
      replyAsked = true;
      feedback.request();
    }
  }

  private void hand(Parcel parcel) throws InterruptedException {
    if (isChunk(parcel)) {
      send.put(parcel);
      Failpoint.hit("src.chunk");
    } else {
      send.put(parcel);
    }
  }

  private static boolean isChunk(Parcel parcel) {
    return parcel.changes().stream()
        .anyMatch(c -> c instanceof ProgressChange.LogAdvanced log && log.partial().isPresent());
  }

  private void idle(long now) throws InterruptedException {
    long since = now - heartbeatNanos;
    long wanted = replyAsked ? ASKED_HEARTBEAT.toNanos() : HEARTBEAT.toNanos();
    if (since >= wanted && send.isIdle()) {
      @Nullable Parcel heartbeat = heartbeat();
      if (heartbeat != null) {
        Failpoint.hit("src.heartbeat");
        send.put(heartbeat);
        heartbeatNanos = now;
        replyAsked = false;
      }
    }
    LockSupport.parkNanos(now - messageNanos > QUIET_AFTER_NANOS ? QUIET_PARK_NANOS : PARK_NANOS);
  }

  private @Nullable Parcel heartbeat() {
    Optional<ProgressChange.LogAdvanced> moved = assembler.heartbeat(idleEnd);
    return moved.map(change -> new Parcel(List.of(), List.of(change))).orElse(null);
  }
}
