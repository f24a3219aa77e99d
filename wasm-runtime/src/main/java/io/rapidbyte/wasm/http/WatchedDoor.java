package io.rapidbyte.wasm.http;

import java.time.Duration;

/**
 * Leaves a module time to say that no answer came: a request has four fifths of what its call has
 * left. And knows whether a call was ended while it waited for an answer.
 */
public final class WatchedDoor implements HttpDoor {
  private static final int SHARE = 4;
  private static final int WHOLE = 5;

  private final HttpDoor door;
  private volatile boolean waiting;
  private volatile boolean cut;

  /** Before another door. */
  public WatchedDoor(HttpDoor door) {
    this.door = door;
  }

  /** A call begins. */
  public void begin() {
    cut = false;
  }

  /** Whether the call was ended while it waited for an answer. */
  public boolean wasCut() {
    return cut;
  }

  @Override
  public byte[] exchange(byte[] request, Duration time) throws Refused {
    waiting = true;
    try {
      return door.exchange(request, time.multipliedBy(SHARE).dividedBy(WHOLE));
    } finally {
      waiting = false;
    }
  }

  @Override
  public void abort() {
    cut |= waiting;
    door.abort();
  }
}
