package io.rapidbyte.sink.host;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Workers and their threads, by topic. The loop's thread only. */
final class WorkerThreads implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private record Running(StreamWorker worker, Thread thread) {}

  private final Map<String, Running> running = new HashMap<>();

  void start(String topic, String name, StreamWorker worker) {
    Thread thread = Thread.ofPlatform().name(name).start(worker);
    running.put(topic, new Running(worker, thread));
  }

  Optional<StreamWorker> worker(String topic) {
    return Optional.ofNullable(running.get(topic)).map(Running::worker);
  }

  /** Lets groups under way end, then interrupts. */
  @Override
  public void close() {
    running.values().forEach(each -> each.worker().close());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean interrupted = false;
    for (Running each : running.values()) {
      interrupted |= !join(each.thread(), Duration.ofNanos(deadline - System.nanoTime()));
    }
    for (Running each : running.values()) {
      if (each.thread().isAlive()) {
        each.thread().interrupt();
        interrupted |= !join(each.thread(), Duration.ofSeconds(2));
      }
    }
    running.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** False where this thread was interrupted meanwhile. */
  private static boolean join(Thread thread, Duration atMost) {
    try {
      if (!atMost.isNegative() && !thread.join(atMost)) {
        return true;
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
