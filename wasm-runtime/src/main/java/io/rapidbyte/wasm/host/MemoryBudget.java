package io.rapidbyte.wasm.host;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of all guests of a process together, theirs and what is copied out of it during a call.
 * Each guest's limit alone would let a few of them fill the heap; then everybody else's allocations
 * fail, and a process that is started to exit where the heap is full exits. Thread-safe.
 */
public final class MemoryBudget {
  private final long total;
  private final AtomicLong taken = new AtomicLong();

  /** So many bytes in all. */
  public MemoryBudget(long total) {
    this.total = total;
  }

  /** Takes so many bytes, or none where they are not left. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= total) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** What is taken. */
  public long taken() {
    return taken.get();
  }
}
