package io.rapidbyte.processor.stream;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.wasm.GuestRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;

/** Starts an application for each stream with transforms, as it appears. */
public final class Processing implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(9);

  private final PipelineSpec pipeline;
  private final Map<String, Object> client;
  private final String instance;
  private final GuestRuntime guests;
  private final BufferAllocator allocator;
  private final ProcessObserver observer;
  private final RandomGenerator random;
  private final Directory directory;
  private final List<StreamWorker> workers = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** As {@link io.rapidbyte.processor.StreamProcessor}. */
  public Processing(
      PipelineSpec pipeline,
      Map<String, Object> client,
      String instance,
      GuestRuntime guests,
      BufferAllocator allocator,
      ProcessObserver observer,
      RandomGenerator random) {
    this.pipeline = pipeline;
    this.client = new HashMap<>(client);
    this.instance = instance;
    this.guests = guests;
    this.allocator = allocator;
    this.observer = observer;
    this.random = random;
    this.directory = new Directory(client, pipeline.topics().schemas(), this::wants);
  }

  private boolean wants(TableName table) {
    return !pipeline.transformsOf(table).isEmpty()
        && new StreamSelection(pipeline.streams()).settingsFor(table).isPresent();
  }

  /** Works until {@link #close}. */
  public void run() {
    try {
      while (!closing.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        directory.poll().forEach(this::start);
      }
    } catch (WakeupException e) {
      // to close
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      throw Failures.of("look for streams", e);
    } finally {
      stop();
    }
  }

  private void start(SchemaDocument document) {
    TableName table = document.schema().table();
    workers.add(
        new StreamWorker(
            table.toString(), () -> application(table, document.topic()), observer, random));
  }

  private StreamApplication application(TableName table, String topic) {
    try (Preparation preparation = preparation()) {
      String schemas = pipeline.topics().processedSchemas();
      preparation.schemas(schemas);
      StreamPart part =
          new StreamPart(
              pipeline,
              table,
              topic,
              preparation.topicId(topic),
              Directory.processed(client, schemas, table));
      preparation.topics(part);
      preparation.offsets(part);
      ConfiguredTransforms transforms =
          new ConfiguredTransforms(part, guests, route -> makeRoute(part, route));
      return new StreamApplication(part, transforms, client, instance, allocator, observer);
    } catch (KafkaException e) {
      throw Failures.of("prepare " + table, e);
    }
  }

  private void makeRoute(StreamPart part, String topic) {
    try (Preparation preparation = preparation()) {
      preparation.route(part, topic);
    }
  }

  private Preparation preparation() {
    return new Preparation(client, pipeline.kafka(), pipeline.limits().recordBytes());
  }

  private void stop() {
    workers.forEach(StreamWorker::close);
    long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
    for (StreamWorker worker : workers) {
      worker.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    directory.close();
  }

  /** Ends {@link #run} from any thread. */
  @Override
  public void close() {
    closing.countDown();
    directory.wakeup();
  }
}
