package io.rapidbyte.ingest.commit;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.progress.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes parcels and makes them durable: the only thread that touches the producer. A Kafka
 * transaction holds whole parcels and the progress that is true with them; it ends when nothing
 * more waits, or at {@link #MAX_BYTES} or {@link #MAX_AGE}, and never behind an open parcel.
 */
public final class SendThread implements ParcelSink, AutoCloseable {
  private static final long MAX_BYTES = 16L * 1024 * 1024;
  private static final Duration MAX_AGE = Duration.ofMillis(500);
  private static final long QUEUE_BYTES = 24L * 1024 * 1024;
  private static final Duration STOP = Duration.ofSeconds(5);

  private final KafkaTransactions kafka;
  private final IngestObserver observer;
  private final ParcelQueue queue = new ParcelQueue(QUEUE_BYTES);
  private final Thread thread;
  private volatile @Nullable Progress progress;
  private volatile Consumer<Progress> durable = ignored -> {};
  private volatile boolean stopping;

  /**
   * A thread yet to be started.
   *
   * @param kafka closed by this thread when it ends
   * @param progress as it was read after the producer had fenced others; null before the first
   */
  public SendThread(KafkaTransactions kafka, @Nullable Progress progress, IngestObserver observer) {
    this.kafka = kafka;
    this.progress = progress;
    this.observer = observer;
    this.thread = Thread.ofPlatform().name("rb-ingest-send").daemon().unstarted(this::run);
  }

  /** Starts sending. */
  public SendThread start() {
    thread.start();
    return this;
  }

  /** What Kafka holds; null before the first. */
  public @Nullable Progress durable() {
    return progress;
  }

  /** Tells {@code listener} each progress as soon as Kafka holds it, on the send thread. */
  public void onDurable(Consumer<Progress> listener) {
    durable = listener;
  }

  /** Whether everything that was put is durable. */
  public boolean isIdle() {
    return queue.isSettled();
  }

  /** Throws what stopped the thread, if something did. */
  public void check() {
    queue.throwFailure();
  }

  @Override
  public void put(Parcel parcel) throws InterruptedException {
    queue.put(parcel);
  }

  @Override
  public void drain() throws InterruptedException {
    queue.awaitSettled();
  }

  private void run() {
    try {
      while (!stopping) {
        Parcel first = queue.poll(TimeUnit.MILLISECONDS.toNanos(250));
        if (first != null) {
          transaction(first);
        }
      }
    } catch (InterruptedException e) {
      queue.fail(stopped());
    } catch (RuntimeException e) {
      queue.fail(e);
    } catch (Error e) {
      queue.fail(new IllegalStateException("the send thread died", e));
      throw e;
    } finally {
      queue.fail(stopped());
      kafka.close();
    }
  }

  private void transaction(Parcel first) throws InterruptedException {
    long began = System.nanoTime();
    Sent sent = new Sent();
    kafka.begin();
    Failpoint.hit("src.begin");
    Progress staged = progress;
    long parcels = 0;
    Parcel parcel = first;
    while (parcel != null) {
      parcels++;
      for (OutRecord record : parcel.records()) {
        kafka.send(record);
        sent.add(record);
      }
      for (ProgressChange change : parcel.changes()) {
        staged = ProgressLedger.apply(staged, change);
      }
      parcel = next(parcel.isOpen(), sent.bytes, began);
    }
    if (staged == null) {
      throw new IllegalStateException("records without progress");
    }
    kafka.commit(staged);
    Failpoint.hit("src.committed");
    progress = staged;
    durable.accept(staged);
    queue.settle(parcels);
    sent.tell(observer, Duration.ofNanos(System.nanoTime() - began));
  }

  /** The parcel that shall be in the same transaction, or null where it ends here. */
  private @Nullable Parcel next(boolean open, long bytes, long began) throws InterruptedException {
    if (!open) {
      boolean full = bytes >= MAX_BYTES || System.nanoTime() - began >= MAX_AGE.toNanos();
      return full ? null : queue.poll(0);
    }
    while (true) {
      Parcel parcel = queue.poll(TimeUnit.MILLISECONDS.toNanos(250));
      if (parcel != null) {
        return parcel;
      }
      if (stopping) {
        throw new InterruptedException("stopped within a Kafka transaction");
      }
    }
  }

  private static RapidbyteException stopped() {
    return new RapidbyteException(
        ErrorInfo.passing(
            Category.TRANSIENT,
            Scope.STREAM,
            "ingest/stopped",
            "the send thread has stopped",
            io.rapidbyte.schemas.error.Backoff.FAST));
  }

  /** Stops the thread and closes the producer; what is not committed is aborted. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(STOP);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(STOP);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** What a transaction carried, for the counters. */
  private static final class Sent {
    private final Map<String, long[]> byStream = new HashMap<>();
    private long bytes;
    private long records;

    void add(OutRecord record) {
      long size = record.size();
      bytes += size;
      records++;
      if (!record.stream().isEmpty()) {
        long[] counts = byStream.computeIfAbsent(record.stream(), s -> new long[3]);
        counts[0] += record.rows();
        counts[1] += size;
        counts[2]++;
      }
    }

    void tell(IngestObserver observer, Duration took) {
      byStream.forEach((stream, c) -> observer.committed(stream, c[0], c[1], c[2]));
      observer.transaction(records, bytes, took);
    }
  }
}
