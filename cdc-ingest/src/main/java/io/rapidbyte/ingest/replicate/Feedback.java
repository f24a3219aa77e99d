package io.rapidbyte.ingest.replicate;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.position.Lsn;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Confirms the log to Postgres on a thread of its own, so that the session lives however long Kafka
 * takes. Confirms what {@code durable} says and nothing else, ever.
 */
final class Feedback implements AutoCloseable {
  /** Well below wal_sender_timeout. */
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final ReplicationStream stream;
  private final Supplier<Lsn> durable;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition due = lock.newCondition();
  private final Thread thread;
  private boolean isDue;
  private boolean stopping;
  private volatile @Nullable RuntimeException failure;
  private volatile Lsn confirmed = Lsn.ZERO;

  Feedback(ReplicationStream stream, Supplier<Lsn> durable) {
    this.stream = stream;
    this.durable = durable;
    this.thread = Thread.ofPlatform().name("rb-ingest-feedback").daemon().unstarted(this::run);
  }

  Feedback start() {
    thread.start();
    return this;
  }

  /** Asks for a status update now. */
  void request() {
    lock.lock();
    try {
      isDue = true;
      due.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The LSN last confirmed. */
  Lsn confirmed() {
    return confirmed;
  }

  /** Throws what stopped the thread, if something did. */
  void check() {
    RuntimeException e = failure;
    if (e != null) {
      throw e;
    }
  }

  private void run() {
    try {
      while (awaitDue()) {
        Lsn next = durable.get();
        if (next.isBefore(confirmed)) {
          throw new IllegalStateException("durable progress went back: " + next);
        }
        stream.status(next);
        if (next.isAfter(confirmed)) {
          confirmed = next;
          Failpoint.hit("src.acked");
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private boolean awaitDue() {
    lock.lock();
    try {
      long left = EVERY.toNanos();
      while (!isDue && !stopping && left > 0) {
        left = due.awaitNanos(left);
      }
      isDue = false;
      return !stopping;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      due.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
