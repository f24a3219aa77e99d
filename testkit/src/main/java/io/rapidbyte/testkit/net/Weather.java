package io.rapidbyte.testkit.net;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The network's state, which all connections of a proxy share. Thread-safe. */
final class Weather {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<FaultProxy.Direction> held = EnumSet.noneOf(FaultProxy.Direction.class);
  private Duration delay = Duration.ZERO;

  void hold(FaultProxy.Direction... directions) {
    lock.lock();
    try {
      held.addAll(List.of(directions));
    } finally {
      lock.unlock();
    }
  }

  void delay(Duration wanted) {
    lock.lock();
    try {
      delay = wanted;
    } finally {
      lock.unlock();
    }
  }

  void clear() {
    lock.lock();
    try {
      held.clear();
      delay = Duration.ZERO;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Duration delay() {
    lock.lock();
    try {
      return delay;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes may pass in a direction. */
  void awaitOpen(FaultProxy.Direction direction) throws InterruptedException {
    lock.lock();
    try {
      while (held.contains(direction)) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
