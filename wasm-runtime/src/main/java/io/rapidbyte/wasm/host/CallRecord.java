package io.rapidbyte.wasm.host;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Emission;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.Rejection;
import io.rapidbyte.wasm.StateChange;
import io.rapidbyte.wasm.StateStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one call has done so far, held against its limits. For the guest's thread. */
public final class CallRecord implements AutoCloseable {
  private static final int MAX_KEY = 64 * 1024;

  private final Limits limits;
  private final StateStore stored;
  private final CallClock clock;
  private final MemoryBudget budget;
  private final int rows;

  private final List<Emission> emitted = new ArrayList<>();
  private final Map<Integer, ErrorInfo> rejected = new TreeMap<>();
  private final Map<ByteBuffer, StateChange> state = new LinkedHashMap<>();
  private Optional<ErrorInfo> error = Optional.empty();
  private long emittedBytes;
  private long loggedBytes;
  private long stateBytes;
  private int hostCalls;
  private long held;

  /**
   * A call that begins.
   *
   * @param rows of the batch it is given
   * @param budget of all guests, of which what is copied out of the guest is taken until {@link
   *     #close}
   */
  public CallRecord(
      Limits limits, StateStore stored, CallClock clock, int rows, MemoryBudget budget) {
    this.budget = budget;
    this.limits = limits;
    this.stored = stored;
    this.clock = clock;
    this.rows = rows;
  }

  /** Time and random numbers of this call. */
  CallClock clock() {
    return clock;
  }

  /** Before bytes are copied out of the guest: whether the process has room for them. */
  void hold(long bytes) {
    if (!budget.take(bytes)) {
      throw over(
          CallFaults.MEMORY_LIMIT,
          "all modules of this process together have no memory left for what this one gives",
          "emit less for a batch, give the process a larger heap (-Xmx), or run fewer tasks");
    }
    held += bytes;
  }

  /** The call is over; what it gave is the caller's. */
  @Override
  public void close() {
    budget.giveBack(held);
    held = 0;
  }

  /** Counts a call of the host. */
  void hostCall() {
    if (++hostCalls > limits.hostCalls()) {
      throw over(
          CallFaults.HOST_CALL_LIMIT,
          "the module called the host more than " + limits.hostCalls() + " times in one call",
          "work on whole columns, or raise limits.host_calls");
    }
  }

  /** Before the bytes are copied: whether so many more may be emitted. */
  void mayEmit(int length) {
    emittedBytes += Integer.toUnsignedLong(length);
    if (emittedBytes > limits.emittedBytes()) {
      throw over(
          CallFaults.EMIT_LIMIT,
          "the module emitted more than " + limits.emittedBytes() + " bytes in one call",
          "emit less for a batch, or raise limits.emit");
    }
  }

  void emit(Emission emission) {
    emitted.add(emission);
  }

  /** Before a text is taken, whether a line or an error's: whether so many more bytes may be. */
  void mayLog(int length) {
    loggedBytes += Integer.toUnsignedLong(length);
    if (loggedBytes > limits.logBytes()) {
      throw over(
          CallFaults.LOG_LIMIT,
          "the module logged more than " + limits.logBytes() + " bytes in one call",
          "log less, above all not a line a row, or raise limits.log");
    }
  }

  /** The first reason of a row counts. */
  void reject(int row, ErrorInfo why) {
    if (row < 0 || row >= rows) {
      throw over(
          CallFaults.BAD_CALL,
          "the module rejected row " + row + " of a batch that has " + rows,
          "rows count from 0, in the batch as it was given");
    }
    rejected.putIfAbsent(row, why);
  }

  /** The last one counts. */
  void error(ErrorInfo why) {
    error = Optional.of(why);
  }

  /** What the guest said of its failure, if it did. */
  public Optional<ErrorInfo> error() {
    return error;
  }

  Optional<byte[]> get(byte[] key) {
    StateChange change = state.get(ByteBuffer.wrap(key));
    return switch (change) {
      case null -> stored(key);
      case StateChange.Delete _ -> Optional.empty();
      case StateChange.Put put -> Optional.of(put.value());
    };
  }

  /** A store that fails is no fault of the guest. */
  private Optional<byte[]> stored(byte[] key) {
    try {
      return stored.get(key, clock.millis());
    } catch (RapidbyteException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.INTERNAL,
              Scope.STREAM,
              CallFaults.STATE_FAILED,
              "the module's state could not be read: " + e.getClass().getSimpleName(),
              ""),
          e);
    }
  }

  /** Before a key is copied. */
  void mayName(int length) {
    if (Integer.compareUnsigned(length, MAX_KEY) > 0) {
      throw over(
          CallFaults.BAD_CALL,
          "the module named a key of "
              + Integer.toUnsignedString(length)
              + " bytes; a key has at most "
              + MAX_KEY,
          "use a hash of it");
    }
  }

  /** Before a value is copied: whether it may be kept. */
  void mayKeep(int keyLength, int length) {
    mayName(keyLength);
    long more = keyLength + Integer.toUnsignedLong(length);
    if (stored.bytes() + stateBytes + more > limits.stateBytes()) {
      throw over(
          CallFaults.STATE_LIMIT,
          "the module keeps more than " + limits.stateBytes() + " bytes of state",
          "give entries a time to live, store less a key, or raise limits.state");
    }
    hold(more);
  }

  void put(byte[] key, byte[] value, long ttlMillis) {
    long now = clock.millis();
    long expires = ttlMillis <= 0 ? Long.MAX_VALUE : saturated(now, ttlMillis);
    remember(new StateChange.Put(key, value, expires), key.length + (long) value.length);
  }

  void delete(byte[] key) {
    remember(new StateChange.Delete(key), 0);
  }

  private void remember(StateChange change, long bytes) {
    StateChange before = state.put(ByteBuffer.wrap(change.key()), change);
    stateBytes += bytes;
    if (before instanceof StateChange.Put put) {
      stateBytes -= put.key().length + (long) put.value().length;
    }
  }

  private static long saturated(long now, long ttl) {
    return now > Long.MAX_VALUE - ttl ? Long.MAX_VALUE : now + ttl;
  }

  /** What came of it, where it came to a good end. */
  public Outcome.Done done() {
    List<Rejection> rejections = new ArrayList<>();
    rejected.forEach((row, why) -> rejections.add(new Rejection(row, why)));
    return new Outcome.Done(emitted, rejections, List.copyOf(state.values()));
  }

  private static HostTrap over(String code, String message, String fix) {
    return new HostTrap(CallFaults.ofBatch(code, message, fix));
  }
}
