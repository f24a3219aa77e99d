package io.rapidbyte.sink;

import io.rapidbyte.schemas.spec.LimitSpec;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How many pieces of work a process does at once, whatever streams and destinations they are for.
 * Work is what takes this process's cores: reading batches, and applying them where the destination
 * runs in the process; waiting for another server is none. In turn; any thread.
 */
public final class Permits {
  private final Semaphore free;

  /** So many at once. */
  public Permits(int atOnce) {
    this.free = new Semaphore(atOnce, true);
  }

  /** As many as the limits say. */
  public static Permits of(LimitSpec limits) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Permits(limits.parallelism() == LimitSpec.AUTO ? cores : limits.parallelism());
  }

  /**
   * Does a piece of work once there is a permit for it. Not to be nested.
   *
   * @throws InterruptException where the thread is interrupted while it waits
   */
  public <T> T during(Supplier<T> work) {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    try {
      return work.get();
    } finally {
      free.release();
    }
  }
}
