package io.rapidbyte.app.supervise;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job on a thread of its own, and a new one of its kind after a passing fault. Ends when
 * closed, when the job ends by itself, or at a fault that only a person can mend.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** A job that ran as long was well; counting its attempts begins anew. */
  private static final Duration WELL = Duration.ofMinutes(1);

  private final String name;
  private final Supplier<Job> jobs;
  private final Watcher watcher;
  private final RandomGenerator random;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Object turn = new Object();
  private @Nullable Job current;

  /** Hears how a worker fares, on the worker's thread. */
  interface Watcher {
    /** The job failed and a new one starts after {@code wait}. */
    void retrying(String worker, ErrorInfo error, Duration wait);

    /** The worker has ended; empty where it was closed or its job was done. */
    void ended(String worker, Optional<ErrorInfo> error);
  }

  Worker(String name, Supplier<Job> jobs, Watcher watcher, RandomGenerator random) {
    this.name = name;
    this.jobs = jobs;
    this.watcher = watcher;
    this.random = random;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  private void work() {
    Optional<ErrorInfo> end = Optional.empty();
    try {
      end = untilClosed();
    } finally {
      watcher.ended(name, end);
    }
  }

  private Optional<ErrorInfo> untilClosed() {
    int attempt = 0;
    while (closing.getCount() > 0) {
      long began = System.nanoTime();
      Optional<ErrorInfo> failure = once();
      if (failure.isEmpty() || closing.getCount() == 0) {
        return Optional.empty();
      }
      ErrorInfo error = failure.get();
      if (!error.retryable()) {
        return failure;
      }
      attempt = System.nanoTime() - began > WELL.toNanos() ? 0 : attempt;
      Duration wait = wait(error, attempt++);
      watcher.retrying(name, error, wait);
      if (closes(wait)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Duration wait(ErrorInfo error, int attempt) {
    Duration asked = error.retryAfter();
    return asked == null ? error.backoff().delay(attempt, random) : asked;
  }

  private Optional<ErrorInfo> once() {
    try (Job job = jobs.get()) {
      if (!take(job)) {
        return Optional.empty();
      }
      job.run();
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      ErrorInfo error = Failure.of(e);
      LOG.debug("{} failed", name, e);
      return Optional.of(error);
    } finally {
      synchronized (turn) {
        current = null;
      }
    }
  }

  /** Makes the job reachable for {@link #close}; false where that came first. */
  private boolean take(Job job) {
    synchronized (turn) {
      current = job;
      return closing.getCount() > 0;
    }
  }

  private boolean closes(Duration wait) {
    try {
      return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Asks the job to end; {@link #join} waits for it. */
  @Override
  public void close() {
    Job job;
    synchronized (turn) {
      closing.countDown();
      job = current;
    }
    if (job != null) {
      job.close();
    }
  }

  /** Waits for the thread's end; false where it takes longer. */
  boolean join(Duration atMost) {
    try {
      return thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
