package io.rapidbyte.app.supervise;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.ingest.Ingest;
import io.rapidbyte.processor.StreamProcessor;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.Permits;
import io.rapidbyte.sink.SinkRunner;
import io.rapidbyte.wasm.GuestRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Runs the roles of one pipeline in this process.
 *
 * <p>A destination that fails for good stops alone; the pipeline goes on while ingest and at least
 * one destination do. Ingest that fails for good ends the pipeline.
 */
public final class Supervisor implements AutoCloseable {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
  private static final String INGEST = "ingest";

  private final PipelineSpec spec;
  private final Map<String, Object> kafka;
  private final GuestRuntime guests;
  private final BufferAllocator allocator;
  private final Board board;
  private final Permits permits;
  private final String instance;
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, SinkRunner> sinks = new ConcurrentHashMap<>();
  private final CompletableFuture<Optional<ErrorInfo>> end = new CompletableFuture<>();
  private int sinksLeft;

  /**
   * Starts nothing yet.
   *
   * @param kafka settings of every Kafka client
   * @param guests the process's, where modules run; stays open
   * @param allocator the process's
   * @param board told of everything
   * @param instance names the process
   */
  public Supervisor(
      PipelineSpec spec,
      Map<String, Object> kafka,
      GuestRuntime guests,
      BufferAllocator allocator,
      Board board,
      String instance) {
    this.spec = spec;
    this.kafka = kafka;
    this.guests = guests;
    this.allocator = allocator;
    this.board = board;
    this.permits = Permits.of(spec.limits());
    this.instance = instance;
  }

  /** Starts the roles' threads. */
  public void start(Set<Role> roles, RandomGenerator random) {
    if (roles.contains(Role.INGEST)) {
      workers.add(new Worker(INGEST, this::ingest, new IngestWatcher(), random));
    }
    if (roles.contains(Role.PROCESS) && !spec.transforms().isEmpty()) {
      workers.add(new Worker("process", () -> process(random), new ProcessWatcher(), random));
    }
    if (roles.contains(Role.SINK)) {
      for (DestinationSpec destination : spec.destinations()) {
        sinksLeft++;
        workers.add(
            new Worker(
                "sink-" + destination.name(),
                () -> sink(destination),
                new SinkWatcher(destination.name()),
                random));
      }
    }
    workers.forEach(Worker::start);
  }

  private Job ingest() {
    Ingest ingest = new Ingest(spec, kafka, allocator, board.ingest());
    return new Job() {
      @Override
      public void run() {
        ingest.run();
      }

      @Override
      public void close() {
        ingest.close();
      }
    };
  }

  private Job process(RandomGenerator random) {
    StreamProcessor processor =
        new StreamProcessor(spec, kafka, instance, guests, allocator, board.process(), random);
    return new Job() {
      @Override
      public void run() {
        processor.run();
      }

      @Override
      public void close() {
        processor.close();
      }
    };
  }

  private Job sink(DestinationSpec destination) {
    SinkRunner sink =
        new SinkRunner(
            spec,
            destination,
            kafka,
            allocator,
            board.sink(destination.name()),
            permits,
            () -> guests);
    sinks.put(destination.name(), sink);
    return new Job() {
      @Override
      public void run() {
        sink.run();
      }

      @Override
      public void close() {
        sink.close();
      }
    };
  }

  /** The running sink of a destination, for questions to the destination. */
  public Optional<SinkRunner> sink(String destination) {
    return Optional.ofNullable(sinks.get(destination));
  }

  /**
   * Waits for the end, at most so long.
   *
   * @return empty where it still runs; else why it ended, where not by {@link #close}
   */
  public Optional<Optional<ErrorInfo>> await(Duration atMost) {
    try {
      return Optional.of(end.get(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS));
    } catch (java.util.concurrent.TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(Optional.empty());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops all roles within ten seconds. Idempotent. */
  @Override
  public void close() {
    List<Thread> closers =
        workers.stream().map(worker -> Thread.ofVirtual().start(worker::close)).toList();
    long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
    for (Worker worker : workers) {
      worker.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    closers.forEach(Thread::interrupt);
    end.complete(Optional.empty());
  }

  private synchronized void sinkFailed(ErrorInfo error) {
    sinksLeft--;
    if (sinksLeft == 0) {
      end.complete(Optional.of(error));
    }
  }

  /** Ingest is the pipeline's: its end is the pipeline's. */
  private final class IngestWatcher implements Worker.Watcher {
    @Override
    public void retrying(String worker, ErrorInfo error, Duration wait) {
      board.ingest().retrying(error, wait);
    }

    @Override
    public void ended(String worker, Optional<ErrorInfo> error) {
      error.ifPresent(board::ingestFailed);
      if (error.isPresent()) {
        end.complete(error);
      } else {
        board.ingestDone();
      }
    }
  }

  /** Streams are tried again by themselves; what comes here is that Kafka cannot be used. */
  private final class ProcessWatcher implements Worker.Watcher {
    @Override
    public void retrying(String worker, ErrorInfo error, Duration wait) {
      board.processing(Optional.of(error));
    }

    @Override
    public void ended(String worker, Optional<ErrorInfo> error) {
      board.processing(error);
      if (error.isPresent()) {
        end.complete(error);
      }
    }
  }

  /** A sink is one of several. */
  private final class SinkWatcher implements Worker.Watcher {
    private final String destination;

    SinkWatcher(String destination) {
      this.destination = destination;
    }

    @Override
    public void retrying(String worker, ErrorInfo error, Duration wait) {
      board.sinkRetrying(destination, error);
    }

    @Override
    public void ended(String worker, Optional<ErrorInfo> error) {
      if (error.isPresent()) {
        board.sinkFailed(destination, error.get());
        sinkFailed(error.get());
      }
    }
  }
}
