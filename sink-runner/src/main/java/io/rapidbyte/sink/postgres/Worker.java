package io.rapidbyte.sink.postgres;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs calls to Postgres on a thread of their own, so that a caller who is interrupted gets away: a
 * thread that waits for a socket does not hear of it. Nor does it hear of a server that has lost
 * its end of the connection while something in between keeps ours; so who waits long looks now and
 * then whether there is anybody to wait for. One call at a time.
 */
final class Worker implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final java.util.concurrent.ExecutorService thread;
  private final Runnable abort;
  private final Runnable look;

  /**
   * A worker without work; its thread starts with the first.
   *
   * @param name of the thread
   * @param abort makes a call in progress fail soon, by any thread: it closes the connection
   * @param look the same, where nobody is left to answer; asked while a call takes long
   */
  Worker(String name, Runnable abort, Runnable look) {
    this.thread =
        java.util.concurrent.Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(name).daemon().factory());
    this.abort = abort;
    this.look = look;
  }

  /**
   * The call's answer or exception. A caller that is interrupted aborts the call, has its outcome
   * all the same, and stays interrupted.
   */
  <T> T call(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    thread.execute(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          look.run();
        } catch (InterruptedException e) {
          interrupted = true;
          abort.run();
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
