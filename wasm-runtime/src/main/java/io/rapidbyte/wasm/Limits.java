package io.rapidbyte.wasm;

import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.wasm.module.Manifest;
import java.time.Duration;

/**
 * How much a guest may take. A limit that is reached ends the call with an error that names it.
 *
 * @param moduleBytes of the module's file
 * @param memoryBytes of its linear memory; whole pages of 64 KiB
 * @param callTime wall time of a call; also of instantiation with its {@code start} function
 * @param emittedBytes that one call emits
 * @param logBytes that one call logs, standard error included
 * @param hostCalls that one call makes of the host
 * @param stateBytes of keys and values that it keeps, a task
 */
public record Limits(
    int moduleBytes,
    long memoryBytes,
    Duration callTime,
    long emittedBytes,
    int logBytes,
    int hostCalls,
    long stateBytes) {
  /** What holds where nothing is said. */
  public static final Limits DEFAULT = of(LimitSpec.DEFAULT);

  /** As a pipeline's file says. */
  public static Limits of(LimitSpec spec) {
    return new Limits(
        spec.modules().sizeBytes(),
        Math.min(spec.memoryBytes(), MAX_MEMORY),
        spec.moduleTimeout(),
        spec.modules().emitBytes(),
        spec.modules().logBytes(),
        spec.modules().hostCalls(),
        spec.modules().stateBytes());
  }

  /** The most memory that a guest can have: what a Java array holds, in whole pages. */
  public static final long MAX_MEMORY = (1L << 31) - 65536;

  public Limits {
    require(moduleBytes > 0, "module_size", moduleBytes);
    require(memoryBytes >= 65536 && memoryBytes <= MAX_MEMORY, "memory", memoryBytes);
    require(!callTime.isNegative() && !callTime.isZero(), "module_timeout", callTime);
    require(emittedBytes >= 0, "emit", emittedBytes);
    require(logBytes >= 0, "log", logBytes);
    require(hostCalls >= 0, "host_calls", hostCalls);
    require(stateBytes >= 0, "state", stateBytes);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("limits." + name + " cannot be " + value);
    }
  }

  /** These limits, or the manifest's where it asks for less. */
  public Limits within(Manifest manifest) {
    Limits limits = this;
    if (manifest.memoryBytes().isPresent()) {
      long wanted = Math.max(65536, manifest.memoryBytes().get());
      limits = limits.withMemoryBytes(Math.min(memoryBytes, wanted));
    }
    if (manifest.callTime().isPresent()) {
      Duration wanted = manifest.callTime().get();
      limits = limits.withCallTime(wanted.compareTo(callTime) < 0 ? wanted : callTime);
    }
    return limits;
  }

  /** With another size of the module's file. */
  public Limits withModuleBytes(int bytes) {
    return new Limits(bytes, memoryBytes, callTime, emittedBytes, logBytes, hostCalls, stateBytes);
  }

  /** With other memory. */
  public Limits withMemoryBytes(long bytes) {
    return new Limits(moduleBytes, bytes, callTime, emittedBytes, logBytes, hostCalls, stateBytes);
  }

  /** With another wall time. */
  public Limits withCallTime(Duration time) {
    return new Limits(
        moduleBytes, memoryBytes, time, emittedBytes, logBytes, hostCalls, stateBytes);
  }

  /** With another size of what a call emits. */
  public Limits withEmittedBytes(long bytes) {
    return new Limits(moduleBytes, memoryBytes, callTime, bytes, logBytes, hostCalls, stateBytes);
  }

  /** With another size of what a call logs. */
  public Limits withLogBytes(int bytes) {
    return new Limits(
        moduleBytes, memoryBytes, callTime, emittedBytes, bytes, hostCalls, stateBytes);
  }

  /** With another number of host calls. */
  public Limits withHostCalls(int calls) {
    return new Limits(
        moduleBytes, memoryBytes, callTime, emittedBytes, logBytes, calls, stateBytes);
  }

  /** With another size of the state. */
  public Limits withStateBytes(long bytes) {
    return new Limits(moduleBytes, memoryBytes, callTime, emittedBytes, logBytes, hostCalls, bytes);
  }
}
