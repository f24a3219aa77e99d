package io.rapidbyte.wasm;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that run guests, and nothing else: a guest that must end is interrupted, and an interrupt
 * would break the Kafka or database client of any other thread. A thread without work ends after a
 * while.
 */
final class GuestThreads implements AutoCloseable {
  private static final long STACK_BYTES = 2L << 20;
  private static final long IDLE_SECONDS = 30;

  /** How long a guest may take to notice that it is to end; compiled code does in milliseconds. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ThreadPoolExecutor pool;

  GuestThreads() {
    AtomicLong number = new AtomicLong();
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              String name = "guest-" + number.incrementAndGet();
              Thread thread = new Thread(null, work, name, STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** How the work ended. */
  sealed interface Ending<T> {
    /** With a value. */
    record Value<T>(T value) implements Ending<T> {}

    /** With a failure of its own. */
    record Failure<T>(Throwable cause) implements Ending<T> {}

    /** It was told to end, for it took too long or the caller was interrupted. */
    record Stopped<T>(boolean callerInterrupted, boolean ended) implements Ending<T> {}
  }

  /**
   * Runs the work and waits for it. Where it takes longer than it may, or the caller is
   * interrupted, it is interrupted, and waited for once more.
   *
   * @param onStop what ends waits that an interrupt does not
   */
  <T> Ending<T> run(Callable<T> work, Duration time, Runnable onStop) {
    CountDownLatch ended = new CountDownLatch(1);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try {
                return work.call();
              } finally {
                ended.countDown();
              }
            });
    pool.execute(task);
    try {
      return new Ending.Value<>(task.get(time.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return new Ending.Failure<>(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      return stop(task, ended, onStop, false);
    } catch (InterruptedException e) {
      Ending<T> stopped = stop(task, ended, onStop, true);
      Thread.currentThread().interrupt();
      return stopped;
    }
  }

  private static <T> Ending<T> stop(
      FutureTask<T> task, CountDownLatch ended, Runnable onStop, boolean callerInterrupted) {
    task.cancel(true);
    onStop.run();
    try {
      return new Ending.Stopped<>(
          callerInterrupted, ended.await(GRACE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ending.Stopped<>(true, false);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
