package io.rapidbyte.ingest.lead;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks every two seconds whether the lead is still held, and every minute at what else may change,
 * or when asked.
 */
public final class LeadWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int MINUTE = 30;

  /** Turns behind a question at which it is asked again, each twice the one before. */
  private static final int LAST_LOOK = 16;

  private final LeadLock lead;
  private final Runnable eachMinute;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stop = lock.newCondition();
  private boolean stopping;
  private boolean asked;
  private int turnsSinceAsked = LAST_LOOK + 1;
  private volatile @Nullable RuntimeException failure;

  /**
   * Starts watching.
   *
   * @param eachMinute further checks, on the lead's session, and when {@link #look} asks for them;
   *     throws where streaming must stop
   */
  public LeadWatch(LeadLock lead, Runnable eachMinute) {
    this.lead = lead;
    this.eachMinute = eachMinute;
    this.thread = Thread.ofPlatform().name("rb-ingest-lead").daemon().unstarted(this::run);
  }

  /** Starts. */
  public LeadWatch start() {
    thread.start();
    return this;
  }

  /** Whether the lead is lost, or a check failed. */
  public boolean failed() {
    return failure != null;
  }

  /** Throws what failed, if something did. */
  public void check() {
    RuntimeException e = failure;
    if (e != null) {
      throw e;
    }
  }

  private void run() {
    try {
      for (int turn = 1; !pause(); turn++) {
        lead.check();
        if (takeAsked() || turn % MINUTE == 0) {
          eachMinute.run();
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Asks for the further checks now, and a few times more in the next half minute: what a commit in
   * the log has changed may not be visible yet. Waits for nothing.
   */
  public void look() {
    lock.lock();
    try {
      asked = true;
      stop.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean takeAsked() {
    lock.lock();
    try {
      turnsSinceAsked = asked ? 0 : Math.min(turnsSinceAsked + 1, LAST_LOOK + 1);
      asked = false;
      return turnsSinceAsked <= LAST_LOOK && Integer.bitCount(turnsSinceAsked) <= 1;
    } finally {
      lock.unlock();
    }
  }

  private boolean pause() {
    lock.lock();
    try {
      long left = EVERY.toNanos();
      while (!stopping && !asked && left > 0) {
        left = stop.awaitNanos(left);
      }
      return stopping;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      stop.signal();
    } finally {
      lock.unlock();
    }
    lead.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
