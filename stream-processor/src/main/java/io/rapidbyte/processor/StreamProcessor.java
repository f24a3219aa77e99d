package io.rapidbyte.processor;

import io.rapidbyte.processor.stream.Processing;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.wasm.GuestRuntime;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Runs the transforms of a pipeline's streams: one Kafka Streams application a stream, each on its
 * own. Input offset, outputs, dead letters and state are one Kafka transaction.
 *
 * <p>A stream that cannot go on stops alone, is reported to the observer, and is tried again by
 * itself.
 */
public final class StreamProcessor implements AutoCloseable {
  private final Processing processing;

  /**
   * A processor that is not yet running.
   *
   * @param kafkaClient {@code bootstrap.servers} and security settings for every client
   * @param instance names the process among those that run the pipeline at the same time; where its
   *     successor has the same name, it takes over at once what a killed one left
   * @param guests the process's, where modules run; stays open
   * @param allocator the parent of the streams' own
   */
  public StreamProcessor(
      PipelineSpec pipeline,
      Map<String, Object> kafkaClient,
      String instance,
      GuestRuntime guests,
      BufferAllocator allocator,
      ProcessObserver observer,
      RandomGenerator random) {
    this.processing =
        new Processing(pipeline, kafkaClient, instance, guests, allocator, observer, random);
  }

  /**
   * Works on the caller's thread until {@link #close}. Once.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be used at all;
   *     retryable where that may pass
   */
  public void run() {
    processing.run();
  }

  /** Ends {@link #run} from any thread, within ten seconds. Idempotent. */
  @Override
  public void close() {
    processing.close();
  }
}
