package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.session.PostgresSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Threads that each work with a session of their own. The first failure ends them all. Owned by one
 * thread; {@link #close} returns when every worker has ended.
 */
final class WorkerGroup implements AutoCloseable {
  private final String name;
  private final PostgresSessions sessions;
  private final List<Thread> threads = new ArrayList<>();
  private final List<SnapshotSession> open = new ArrayList<>();
  private final BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();

  /** What a thread does. */
  interface Work {
    void run(SnapshotSession session) throws InterruptedException;
  }

  /** A group without threads; they will be named {@code name-1} and so on. */
  WorkerGroup(String name, PostgresSessions sessions) {
    this.name = name;
    this.sessions = sessions;
  }

  /**
   * Connects, and starts a thread with that session.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source cannot be reached
   */
  void start(Work work) {
    SnapshotSession session = new SnapshotSession(sessions);
    open.add(session);
    Thread thread =
        Thread.ofPlatform()
            .name(name + "-" + (threads.size() + 1))
            .daemon()
            .unstarted(() -> ends.add(outcome(work, session)));
    threads.add(thread);
    thread.start();
  }

  private static Optional<Throwable> outcome(Work work, SnapshotSession session) {
    try {
      work.run(session);
      return Optional.empty();
    } catch (InterruptedException | RuntimeException | Error e) {
      return Optional.of(e);
    }
  }

  /**
   * Waits until every worker has ended, or one has failed; throws what it failed by.
   *
   * @throws InterruptedException where the caller or a worker is asked to stop
   */
  void await() throws InterruptedException {
    for (int i = 0; i < threads.size(); i++) {
      Optional<Throwable> end = ends.take();
      if (end.isPresent()) {
        rethrow(end.get());
      }
    }
  }

  /** Throws what a worker has failed by, if one has. Does not wait; any thread. */
  void check() {
    for (Optional<Throwable> end : ends) {
      if (end.isPresent() && !(end.get() instanceof InterruptedException)) {
        try {
          rethrow(end.get());
        } catch (InterruptedException e) {
          throw new IllegalStateException("excluded above", e);
        }
      }
    }
  }

  private static void rethrow(Throwable failure) throws InterruptedException {
    switch (failure) {
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("a worker failed", failure);
    }
  }

  /** Ends workers that still run and closes their sessions. */
  @Override
  public void close() {
    for (int i = 0; i < threads.size(); i++) {
      if (threads.get(i).isAlive()) {
        open.get(i).abort();
        threads.get(i).interrupt();
      }
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    open.forEach(SnapshotSession::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
