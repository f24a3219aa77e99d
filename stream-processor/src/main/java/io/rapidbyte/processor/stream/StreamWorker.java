package io.rapidbyte.processor.stream;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Keeps one stream's application going, on a thread of its own. */
final class StreamWorker implements AutoCloseable {
  /** A mistake may be mended while we run: looked at again so often. */
  private static final Duration MENDED = Duration.ofSeconds(30);

  private final String stream;
  private final Supplier<StreamApplication> applications;
  private final ProcessObserver observer;
  private final RandomGenerator random;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final Object turn = new Object();
  private @Nullable StreamApplication current;

  StreamWorker(
      String stream,
      Supplier<StreamApplication> applications,
      ProcessObserver observer,
      RandomGenerator random) {
    this.stream = stream;
    this.applications = applications;
    this.observer = observer;
    this.random = random;
    this.thread = Thread.ofPlatform().name("process-" + stream).start(this::work);
  }

  private void work() {
    int attempt = 0;
    while (closing.getCount() > 0) {
      long began = System.nanoTime();
      try {
        once();
      } catch (RapidbyteException e) {
        boolean well = System.nanoTime() - began > MENDED.toNanos() * 2;
        attempt = well ? 0 : attempt + 1;
        waitFor(e.error(), attempt);
      }
    }
  }

  private void once() {
    StreamApplication application = applications.get();
    synchronized (turn) {
      current = application;
    }
    if (closing.getCount() == 0) {
      application.close();
    }
    observer.started(stream);
    application.run();
  }

  private void waitFor(ErrorInfo error, int attempt) {
    Duration wait =
        error.retryable() ? error.backoff().delay(Math.max(0, attempt - 1), random) : MENDED;
    if (error.retryable()) {
      observer.retrying(stream, error, wait);
    } else {
      observer.stopped(stream, error);
    }
    try {
      if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      closing.countDown();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; waits for the application to leave its group. */
  @Override
  public void close() {
    closing.countDown();
    synchronized (turn) {
      if (current != null) {
        current.close();
      }
    }
  }

  void join(Duration atMost) {
    try {
      thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
