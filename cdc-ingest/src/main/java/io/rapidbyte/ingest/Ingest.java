package io.rapidbyte.ingest;

import io.rapidbyte.ingest.replicate.StreamBook;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source side of one pipeline: Postgres into stream topics, exactly once. One process leads,
 * any number of others stand by.
 */
public final class Ingest implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);

  /** An attempt that lasted so long makes the next failure the first again. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private static final long POLITE_SECONDS = 4;
  private static final long FIRM_SECONDS = 6;

  private final Wiring wiring;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Thread runner;

  /**
   * Wires; connects nowhere yet.
   *
   * @param kafka settings of every Kafka client: {@code bootstrap.servers} and security
   * @param allocator the process's; a child of it lives while {@link #run} streams
   */
  public Ingest(
      PipelineSpec spec,
      Map<String, Object> kafka,
      BufferAllocator allocator,
      IngestObserver observer) {
    this.wiring = Wiring.of(spec, kafka, allocator, observer);
  }

  /**
   * Waits to lead, leads and streams on the caller's thread, reconnecting by itself after passing
   * faults, until {@link #close}, or until a snapshot that was all that was asked for is complete.
   *
   * @throws RapidbyteException where only a person can mend what stops it; its error names the mend
   */
  public void run() {
    runner = Thread.currentThread();
    try {
      attempts();
    } catch (InterruptedException e) {
      if (!isClosing()) {
        Thread.currentThread().interrupt();
      }
    } finally {
      runner = null;
      ended.countDown();
      wiring.observer().phase(IngestObserver.Phase.STOPPED);
    }
  }

  private void attempts() throws InterruptedException {
    boolean text = false;
    int failures = 0;
    while (!isClosing()) {
      long began = System.nanoTime();
      try {
        if (new Attempt(wiring, this::isClosing, text).run() == Attempt.End.COMPLETE) {
          return;
        }
      } catch (RapidbyteException e) {
        if (isClosing()) {
          return;
        }
        if (!e.error().retryable()) {
          throw e;
        }
        boolean steady = System.nanoTime() - began > STEADY.toNanos();
        failures = steady ? 0 : failures;
        text |= e.error().code().equals(StreamBook.TEXT_NEEDED);
        pause(e, failures++);
      }
    }
  }

  private void pause(RapidbyteException failure, int attempt) throws InterruptedException {
    ErrorInfo error = failure.error();
    Duration asked = error.retryAfter();
    Duration wait =
        asked != null ? asked : error.backoff().delay(attempt, ThreadLocalRandom.current());
    LOG.warn("{}; trying again in {} ms", error.line(), wait.toMillis());
    LOG.debug("the failure", failure);
    wiring.observer().retrying(error, wait);
    wiring.observer().phase(IngestObserver.Phase.WAITING_TO_RETRY);
    boolean _ = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Stops {@link #run} from any thread; returns when it has ended, within ten seconds. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (runner != null && !ended.await(POLITE_SECONDS, TimeUnit.SECONDS)) {
        Thread late = runner;
        if (late != null) {
          late.interrupt();
        }
        boolean _ = ended.await(FIRM_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
