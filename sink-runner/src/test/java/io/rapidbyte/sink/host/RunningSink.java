package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.Permits;
import io.rapidbyte.sink.destination.Destination;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A host on a thread of its own. */
final class RunningSink implements AutoCloseable {
  final Watcher watcher = new Watcher();
  private final BufferAllocator allocator = new RootAllocator();
  private final SinkHost host;
  private final CompletableFuture<Void> ended;

  interface Opening {
    Destination destination(BufferAllocator allocator);
  }

  private static final HostLimits DEFAULT = HostLimits.of(Runtime.getRuntime().maxMemory());

  /** Limits of tests: offsets of quiet streams move soon, and what is mended is seen soon. */
  static HostLimits limits(int groupRows) {
    return new HostLimits(
        groupRows,
        DEFAULT.groupBytes(),
        DEFAULT.prefetchBytes(),
        DEFAULT.heapBytes(),
        Duration.ofMillis(300),
        Duration.ofSeconds(1),
        Backoff.FAST);
  }

  RunningSink(PipelineSpec pipeline, Map<String, Object> client, Opening opening) {
    this(
        pipeline,
        client,
        opening,
        limits(DEFAULT.groupRows()),
        Permits.of(pipeline.limits()),
        true);
  }

  RunningSink(
      PipelineSpec pipeline, Map<String, Object> client, Opening opening, HostLimits limits) {
    this(pipeline, client, opening, limits, Permits.of(pipeline.limits()));
  }

  RunningSink(
      PipelineSpec pipeline,
      Map<String, Object> client,
      Opening opening,
      HostLimits limits,
      Permits permits) {
    this(pipeline, client, opening, limits, permits, true);
  }

  RunningSink(
      PipelineSpec pipeline, Map<String, Object> client, Opening opening, boolean soleMember) {
    this(
        pipeline,
        client,
        opening,
        limits(DEFAULT.groupRows()),
        Permits.of(pipeline.limits()),
        soleMember);
  }

  private RunningSink(
      PipelineSpec pipeline,
      Map<String, Object> client,
      Opening opening,
      HostLimits limits,
      Permits permits,
      boolean soleMember) {
    DestinationSpec spec = pipeline.destinations().getFirst();
    var job = new SinkHost.Job(pipeline, spec, opening.destination(allocator), soleMember);
    this.host = new SinkHost(job, client, allocator, watcher, limits, permits);
    this.ended =
        CompletableFuture.runAsync(host::run, r -> Thread.ofPlatform().name("sink").start(r));
  }

  /** What ended it. */
  @Nullable Throwable failure() {
    try {
      ended.get(20, TimeUnit.SECONDS);
      throw new AssertionError("the sink ended without a failure");
    } catch (java.util.concurrent.ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Stops it within the promised time, and finds nothing left in memory. */
  @Override
  public void close() {
    host.close();
    try {
      ended.get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      // A test that expects a failure has asked for it.
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the sink did not stop within 10 s", e);
    }
    allocator.close();
  }
}
