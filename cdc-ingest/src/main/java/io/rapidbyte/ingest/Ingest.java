package io.rapidbyte.ingest;

import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The source side of one pipeline: Postgres into stream topics, exactly once. One process leads,
 * any number of others stand by.
 */
public final class Ingest implements AutoCloseable {
  private final PipelineSpec spec;
  private final Map<String, Object> kafka;
  private final BufferAllocator allocator;
  private final IngestObserver observer;

  /**
   * Wires; connects nowhere yet.
   *
   * @param kafka settings of every Kafka client: {@code bootstrap.servers} and security
   * @param allocator the process's; a child of it is closed with {@link #run}
   */
  public Ingest(
      PipelineSpec spec,
      Map<String, Object> kafka,
      BufferAllocator allocator,
      IngestObserver observer) {
    this.spec = spec;
    this.kafka = Map.copyOf(kafka);
    this.allocator = allocator;
    this.observer = observer;
  }

  /**
   * Waits to lead, leads and streams on the caller's thread, reconnecting by itself after passing
   * faults, until {@link #close}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where only a person can mend what stops
   *     it; its error names the mend
   */
  public void run() {
    observer.phase(IngestObserver.Phase.STOPPED);
    throw new UnsupportedOperationException(
        spec.pipeline() + kafka.size() + allocator.getName() + " cannot run yet");
  }

  /** Stops {@link #run} from any thread; returns when it has ended, within ten seconds. */
  @Override
  public void close() {}
}
