package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.LogLevel;

/** Whether an instance was told what it needs to know. Everything goes on to another observer. */
final class Freshness implements GuestObserver {
  private final GuestObserver out;
  private volatile boolean fresh = true;

  Freshness(GuestObserver out) {
    this.out = out;
  }

  /** Whether the instance knows nothing yet: it is the first, or the one before was thrown away. */
  boolean isFresh() {
    return fresh;
  }

  /** The instance was told what it needs to know. */
  void told() {
    fresh = false;
  }

  @Override
  public void logged(LogLevel level, String line) {
    out.logged(level, line);
  }

  @Override
  public void discarded(ErrorInfo why) {
    fresh = true;
    out.discarded(why);
  }
}
