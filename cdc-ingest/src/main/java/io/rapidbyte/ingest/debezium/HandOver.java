package io.rapidbyte.ingest.debezium;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way from the thread that feeds Debezium to the thread that takes what Debezium
 * made of them, in the log's order. Bounded by number and bytes: who feeds waits. One thread at
 * each end.
 */
final class HandOver {
  /** The most frames that wait; each makes Debezium two events at most. */
  static final int MOST_FRAMES = 4096;

  private static final long MOST_BYTES = 8L * 1024 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Deque<Fed> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /**
   * A frame that Debezium has been given, if it is for it.
   *
   * @param frame as it came from the replication stream
   * @param number by which Debezium's events name it; 0 where it makes none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Fed(byte[] frame, long number) {}

  /** Waits for room; drops the frame where nobody takes it any more. */
  void put(Fed fed) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !waiting.isEmpty() && isFull()) {
        room.await();
      }
      if (!closed) {
        waiting.add(fed);
        bytes += fed.frame().length;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return waiting.size() >= MOST_FRAMES || bytes >= MOST_BYTES;
  }

  /** The next frame; null where none waits. */
  @Nullable Fed poll() {
    lock.lock();
    try {
      Fed next = waiting.poll();
      if (next != null) {
        bytes -= next.frame().length;
        room.signal();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody takes anything any more. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing any more; who waits for room goes on. */
  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
