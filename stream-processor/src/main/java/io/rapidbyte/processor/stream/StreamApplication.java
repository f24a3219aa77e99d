package io.rapidbyte.processor.stream;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.schemas.error.RapidbyteException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One run of a stream's application, until it is closed or fails. */
final class StreamApplication implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(8);

  private final StreamPart part;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final KafkaStreams streams;
  private final BufferAllocator allocator;

  /**
   * Not yet started.
   *
   * @param instance names the process
   */
  StreamApplication(
      StreamPart part,
      Transforms transforms,
      Map<String, Object> client,
      String instance,
      BufferAllocator parent,
      ProcessObserver observer) {
    this.part = part;
    this.allocator = parent.newChildAllocator("process-" + part.stream(), 0, Long.MAX_VALUE);
    this.streams =
        new KafkaStreams(
            topology(part, transforms, allocator, observer),
            StreamSettings.of(part, client, instance),
            new Clients(part.application() + "." + instance));
    streams.setUncaughtExceptionHandler(
        failure -> {
          end.completeExceptionally(failure);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            end.completeExceptionally(new IllegalStateException("the application stopped"));
          }
        });
  }

  /** The way of a record. */
  static Topology topology(
      StreamPart part, Transforms transforms, BufferAllocator allocator, ProcessObserver observer) {
    int record = Preparation.messageBytes(part.pipeline().limits().recordBytes());
    Serializer<Out> values = (topic, out) -> out.value();
    return new Topology()
        .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), part.topic())
        .addProcessor(
            "transforms", () -> new BatchProcessor(part, transforms, allocator, observer), "in")
        .addStateStore(Stores.builder(Stores.PARTS, record), "transforms")
        .addStateStore(Stores.builder(Stores.STALE, record), "transforms")
        .addStateStore(Stores.builder(Stores.STATE, record), "transforms")
        .<byte[], Out>addSink(
            "out",
            (key, out, context) -> out.topic(),
            new ByteArraySerializer(),
            values,
            (topic, key, out, partitions) ->
                out.partition() == Out.BY_KEY
                    ? java.util.Optional.empty()
                    : java.util.Optional.of(java.util.Set.of(out.partition())),
            "transforms");
  }

  /**
   * Works until {@link #close}.
   *
   * @throws RapidbyteException where it fails
   */
  void run() {
    try {
      streams.start();
      end.get();
    } catch (ExecutionException e) {
      throw Failures.of("processing " + part.stream(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      throw Failures.of("starting to process " + part.stream(), e);
    } finally {
      // Left behind in the group, it would keep its partitions from others.
      streams.close(
          CloseOptions.timeout(CLOSE_WITHIN)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
      allocator.close();
    }
  }

  /** Ends {@link #run} from any thread. */
  @Override
  public void close() {
    end.complete(null);
  }
}
