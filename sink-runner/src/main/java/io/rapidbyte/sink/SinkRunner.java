package io.rapidbyte.sink;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.Queryable;
import io.rapidbyte.sink.host.HostLimits;
import io.rapidbyte.sink.host.SinkHost;
import io.rapidbyte.wasm.GuestRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Applies a pipeline's streams to one destination, exactly once where the destination can.
 *
 * <p>{@link #run} blocks until {@link #close}; it reconnects by itself on passing faults. A stream
 * that cannot go on stops alone, is reported to the observer, and is tried again by itself.
 */
public final class SinkRunner implements AutoCloseable {
  private final Destination destination;
  private final SinkHost host;
  private final BufferAllocator own;
  private final AtomicBoolean started = new AtomicBoolean();

  /**
   * A sink that is not yet running, with permits of its own.
   *
   * @param kafkaClient {@code bootstrap.servers} and security settings for every client
   * @param allocator the parent of the sink's own, which is given back empty when {@link #run} ends
   */
  public SinkRunner(
      PipelineSpec pipeline,
      DestinationSpec destination,
      Map<String, Object> kafkaClient,
      BufferAllocator allocator,
      SinkObserver observer) {
    this(pipeline, destination, kafkaClient, allocator, observer, Permits.of(pipeline.limits()));
  }

  /**
   * A sink that is not yet running, and takes no module.
   *
   * @param kafkaClient {@code bootstrap.servers} and security settings for every client
   * @param allocator the parent of the sink's own, which is given back empty when {@link #run} ends
   * @param permits shared with the process's other sinks
   */
  public SinkRunner(
      PipelineSpec pipeline,
      DestinationSpec destination,
      Map<String, Object> kafkaClient,
      BufferAllocator allocator,
      SinkObserver observer,
      Permits permits) {
    this(
        pipeline,
        destination,
        kafkaClient,
        allocator,
        observer,
        permits,
        () -> {
          throw new IllegalStateException("a module needs the process's GuestRuntime");
        });
  }

  /**
   * A sink that is not yet running.
   *
   * @param kafkaClient {@code bootstrap.servers} and security settings for every client
   * @param allocator the parent of the sink's own, which is given back empty when {@link #run} ends
   * @param permits shared with the process's other sinks
   * @param guests the process's, asked for where the destination is a module; the caller closes it
   *     after the sink
   */
  public SinkRunner(
      PipelineSpec pipeline,
      DestinationSpec destination,
      Map<String, Object> kafkaClient,
      BufferAllocator allocator,
      SinkObserver observer,
      Permits permits,
      Supplier<GuestRuntime> guests) {
    this.own = allocator.newChildAllocator("sink-" + destination.name(), 0, Long.MAX_VALUE);
    try {
      this.destination = Destinations.of(pipeline, destination, kafkaClient, guests, own);
    } catch (RapidbyteException e) {
      own.close();
      throw e;
    }
    boolean soleMember = destination.kind() instanceof DestinationSpec.Kind.DuckDb;
    SinkHost.Job job = new SinkHost.Job(pipeline, destination, this.destination, soleMember);
    // The process may run all of the pipeline's sinks.
    long heap = Runtime.getRuntime().maxMemory() / pipeline.destinations().size();
    this.host = new SinkHost(job, kafkaClient, own, observer, HostLimits.of(heap), permits);
  }

  /**
   * Works on the caller's thread until {@link #close}. Once.
   *
   * @throws RapidbyteException where the destination or Kafka cannot be used until somebody mends
   *     it
   */
  public void run() {
    if (!started.compareAndSet(false, true)) {
      return;
    }
    try {
      host.run();
    } finally {
      own.close();
    }
  }

  /** What a reader of the destination may rely on. */
  public Guarantee guarantee() {
    return destination.guarantee();
  }

  /**
   * Runs one SELECT in the destination while it is written. Any thread.
   *
   * @throws RapidbyteException where it is no query, fails or takes too long, or the destination is
   *     read by its own tools
   */
  public Queryable.Result query(String sql, int maxRows, Duration timeout) {
    if (destination instanceof Queryable queryable) {
      return queryable.query(sql, maxRows, timeout);
    }
    throw new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "query/unsupported",
            "this destination takes no queries through rapidbyte",
            "query it with its own tools, such as psql"));
  }

  /** Ends {@link #run} from any thread, within 10 s. Idempotent. */
  @Override
  public void close() {
    host.close();
    if (started.compareAndSet(false, true)) {
      own.close();
    }
  }
}
