package io.rapidbyte.wasm.host;

import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.http.HttpDoor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;

/**
 * What the host's functions of one instance work on: its grants, its observer, and the call that is
 * under way.
 */
public final class HostState {
  private final Grants grants;
  private final GuestObserver observer;
  private final HttpDoor http;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private @Nullable CallRecord call;
  private long endNanos;

  /** For one instance. */
  public HostState(Grants grants, GuestObserver observer, HttpDoor http) {
    this.grants = grants;
    this.observer = observer;
    this.http = http;
  }

  /** A call begins. On the guest's thread. */
  public void begin(CallRecord record, Duration time) {
    call = record;
    endNanos = System.nanoTime() + time.toNanos();
  }

  /** What is left of the call's time; at least a millisecond. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(1_000_000, endNanos - System.nanoTime()));
  }

  /** Asks the guest to end soon. From any thread. */
  public void cancel() {
    cancelled.set(true);
  }

  boolean isCancelled() {
    return cancelled.get();
  }

  Grants grants() {
    return grants;
  }

  GuestObserver observer() {
    return observer;
  }

  HttpDoor http() {
    return http;
  }

  /** The call under way, having counted one more use of the host. */
  CallRecord entered() {
    StackProbe.require();
    CallRecord record = call;
    if (record == null) {
      throw new IllegalStateException("a guest runs outside of a call");
    }
    record.hostCall();
    return record;
  }

  /** The bytes that a guest named, copied. */
  static byte[] bytes(Instance instance, String function, long pointer, long length) {
    GuestMemory memory = within(instance, function, pointer, length);
    return memory.readBytes((int) pointer, (int) length);
  }

  /** The instance's memory, which holds the range that a guest named. */
  static GuestMemory within(Instance instance, String function, long pointer, long length) {
    if (instance.memory() instanceof GuestMemory memory
        && memory.holds((int) pointer, (int) length)) {
      return memory;
    }
    throw new HostTrap(
        CallFaults.ofBatch(
            CallFaults.BAD_POINTER,
            "the module handed "
                + Integer.toUnsignedString((int) length)
                + " bytes at address "
                + Integer.toUnsignedString((int) pointer)
                + " to "
                + function
                + ", which do not lie in its memory",
            "check the pointer and the length that it gives to " + function));
  }
}
