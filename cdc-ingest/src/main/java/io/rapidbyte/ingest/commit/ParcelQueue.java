package io.rapidbyte.ingest.commit;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded hand-over: bounded by bytes, and a parcel larger than the bound passes when it is
 * alone, and counts until the taker comes again. Any number of putters, one taker.
 */
final class ParcelQueue {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();
  private final Condition durable = lock.newCondition();
  private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();
  private final long maxBytes;
  private long bytes;
  private long giant;
  private long put;
  private long settled;
  private @Nullable RuntimeException failure;

  ParcelQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void put(Parcel parcel) throws InterruptedException {
    long size = parcel.size();
    lock.lockInterruptibly();
    try {
      while (failure == null && bytes > 0 && bytes + size > maxBytes) {
        room.await();
      }
      throwFailure();
      parcels.add(parcel);
      bytes += size;
      put++;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next parcel, or null where none comes in time. */
  @Nullable Parcel poll(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      release(giant);
      giant = 0;
      while (parcels.isEmpty()) {
        if (left <= 0) {
          return null;
        }
        left = work.awaitNanos(left);
      }
      Parcel parcel = parcels.remove();
      if (parcel.size() > maxBytes) {
        giant = parcel.size();
      } else {
        release(parcel.size());
      }
      return parcel;
    } finally {
      lock.unlock();
    }
  }

  private void release(long size) {
    if (size > 0) {
      bytes -= size;
      room.signalAll();
    }
  }

  /** Tells that {@code count} parcels more are durable. */
  void settle(long count) {
    lock.lock();
    try {
      settled += count;
      durable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether every parcel that was put is durable. */
  boolean isSettled() {
    lock.lock();
    try {
      return settled == put;
    } finally {
      lock.unlock();
    }
  }

  void awaitSettled() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long target = put;
      while (failure == null && settled < target) {
        durable.await(1, TimeUnit.SECONDS);
      }
      throwFailure();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every wait with the failure. */
  void fail(RuntimeException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      room.signalAll();
      durable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void throwFailure() {
    lock.lock();
    try {
      if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }
}
