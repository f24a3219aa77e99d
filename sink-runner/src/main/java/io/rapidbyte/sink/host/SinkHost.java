package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.Permits;
import io.rapidbyte.sink.SinkObserver;
import io.rapidbyte.sink.destination.Destination;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a destination, runs its loop, and begins again where Kafka or the destination failed. */
public final class SinkHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkHost.class);

  /**
   * What is applied, and to what.
   *
   * @param soleMember whether the destination allows one process only
   */
  public record Job(
      PipelineSpec pipeline, DestinationSpec spec, Destination destination, boolean soleMember) {}

  private final Job job;
  private final Map<String, Object> kafkaClient;
  private final BufferAllocator allocator;
  private final SinkObserver observer;
  private final HostLimits limits;
  private final Permits permits;
  private final RandomGenerator random = new Random();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable SinkLoop loop;

  /** A host that is not yet running; {@code allocator} and {@code permits} are the caller's. */
  public SinkHost(
      Job job,
      Map<String, Object> kafkaClient,
      BufferAllocator allocator,
      SinkObserver observer,
      HostLimits limits,
      Permits permits) {
    this.job = job;
    this.kafkaClient = Map.copyOf(kafkaClient);
    this.allocator = allocator;
    this.observer = observer;
    this.limits = limits;
    this.permits = permits;
  }

  /**
   * Works on the caller's thread until {@link #close}; the destination is closed at its end.
   *
   * @throws RapidbyteException where the destination or Kafka stays unusable until somebody mends
   *     it
   */
  public void run() {
    int attempt = 0;
    try {
      while (!isClosing()) {
        long started = System.nanoTime();
        try {
          runOnce();
        } catch (RapidbyteException e) {
          if (!e.error().retryable()) {
            throw e;
          }
          boolean ranLong = System.nanoTime() - started > TimeUnit.MINUTES.toNanos(1);
          attempt = ranLong ? 0 : attempt + 1;
          waitAfter(e.error(), attempt);
        }
      }
    } finally {
      job.destination().close();
    }
  }

  private void runOnce() {
    job.destination().open();
    observer.opened();
    String group = job.pipeline().topics().sinkGroup(job.spec().name());
    Optional<String> member = job.soleMember() ? Optional.of(group) : Optional.empty();
    ConsumerSettings consumers = new ConsumerSettings(kafkaClient, group, member);
    try (KafkaLogs logs = new KafkaLogs(kafkaClient);
        LetterPublisher publisher = new LetterPublisher(kafkaClient, group + ".dlq", logs)) {
      Decoder decoder =
          new Decoder(job.spec().name(), job.pipeline().limits().maxRowBytes() * 2, allocator);
      HostParts parts =
          new HostParts(job.destination(), publisher, decoder, limits, observer, random, permits);
      SinkLoop running = new SinkLoop(job.pipeline(), job.spec(), consumers, parts);
      loop = running;
      if (isClosing()) {
        running.close();
      }
      running.run();
    } finally {
      loop = null;
      job.destination().close();
    }
  }

  private void waitAfter(ErrorInfo error, int attempt) {
    Duration delay = error.backoff().delay(attempt, random);
    observer.retrying(job.spec().name(), error, attempt, delay);
    LOG.debug("destination {} begins again in {}: {}", job.spec().name(), delay, error.line());
    try {
      if (closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("closed while waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Ends {@link #run} from any thread, within 10 s. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
    SinkLoop running = loop;
    if (running != null) {
      running.close();
    }
  }
}
