package io.rapidbyte.wasm.host;

import static io.rapidbyte.wasm.host.HostState.within;

import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.module.Abi;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.endive.runtime.HostFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;

/**
 * WASI preview 1 as far as a guest needs none of the outside: clock and random of the batch, output
 * into the log, exit. No arguments, no environment, no files. Source: WASI preview 1, witx.
 */
public final class WasiFunctions {
  private static final long[] OK = {0};
  private static final long[] BAD_DESCRIPTOR = {8};
  private static final long[] INVALID = {28};
  private static final long[] NOT_CAPABLE = {76};

  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int CHARACTER_DEVICE = 2;
  private static final int FDSTAT_BYTES = 24;
  private static final int SUBSCRIPTION_BYTES = 48;
  private static final int EVENT_BYTES = 32;
  private static final int MAX_VECTORS = 1024;

  private final HostState host;

  /** What was written without a line end yet. */
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private WasiFunctions(HostState host) {
    this.host = host;
  }

  /** All of them, whether the module imports them or not. */
  public static List<HostFunction> of(HostState host) {
    WasiFunctions wasi = new WasiFunctions(host);
    Map<String, WasmFunctionHandle> handles = new HashMap<>();
    handles.put("args_sizes_get", wasi::noStrings);
    handles.put("environ_sizes_get", wasi::noStrings);
    handles.put("args_get", wasi::nothing);
    handles.put("environ_get", wasi::nothing);
    handles.put("sched_yield", wasi::nothing);
    handles.put("clock_res_get", wasi::clockResolution);
    handles.put("clock_time_get", wasi::clockTime);
    handles.put("random_get", wasi::random);
    handles.put("fd_write", wasi::write);
    handles.put("fd_fdstat_get", wasi::descriptorStatus);
    handles.put("poll_oneoff", wasi::poll);
    handles.put("proc_exit", wasi::exit);
    handles.put("path_open", (instance, args) -> wasi.answer(NOT_CAPABLE));
    handles.put("path_filestat_get", (instance, args) -> wasi.answer(NOT_CAPABLE));
    List<HostFunction> all = new ArrayList<>();
    Abi.wasi()
        .forEach(
            (name, type) -> {
              WasmFunctionHandle known = handles.get(name);
              WasmFunctionHandle handle =
                  known == null ? (instance, args) -> wasi.answer(BAD_DESCRIPTOR) : known;
              all.add(new HostFunction(Abi.WASI, name, type, handle));
            });
    return all;
  }

  private long[] answer(long[] errno) {
    host.entered();
    return errno;
  }

  private long[] nothing(Instance instance, long... args) {
    return answer(OK);
  }

  private long[] noStrings(Instance instance, long... args) {
    host.entered();
    within(instance, "args_sizes_get", args[0], 4).writeI32((int) args[0], 0);
    within(instance, "args_sizes_get", args[1], 4).writeI32((int) args[1], 0);
    return OK;
  }

  private long[] clockResolution(Instance instance, long... args) {
    host.entered();
    within(instance, "clock_res_get", args[1], 8).writeLong((int) args[1], 1000);
    return OK;
  }

  private long[] clockTime(Instance instance, long... args) {
    CallClock clock = host.entered().clock();
    long nanos = (int) args[0] == 0 ? clock.realtimeNanos() : clock.monotonicNanos();
    within(instance, "clock_time_get", args[2], 8).writeLong((int) args[2], nanos);
    return OK;
  }

  private long[] random(Instance instance, long... args) {
    CallClock clock = host.entered().clock();
    GuestMemory memory = within(instance, "random_get", args[0], args[1]);
    int at = (int) args[0];
    int left = (int) args[1];
    while (left >= 8) {
      memory.writeLong(at, clock.nextRandom());
      at += 8;
      left -= 8;
    }
    for (long rest = clock.nextRandom(); left > 0; left--, rest >>>= 8) {
      memory.writeByte(at++, (byte) rest);
    }
    return OK;
  }

  private long[] write(Instance instance, long... args) {
    CallRecord call = host.entered();
    int descriptor = (int) args[0];
    if (descriptor != STDOUT && descriptor != STDERR) {
      return BAD_DESCRIPTOR;
    }
    int count = (int) args[2];
    if (count < 0 || count > MAX_VECTORS) {
      return INVALID;
    }
    GuestMemory vectors = within(instance, "fd_write", args[1], count * 8L);
    int written = 0;
    for (int i = 0; i < count; i++) {
      int pointer = vectors.readInt((int) args[1] + i * 8);
      int length = vectors.readInt((int) args[1] + i * 8 + 4);
      call.mayLog(length);
      say(HostState.bytes(instance, "fd_write", pointer, length), descriptor);
      written += length;
    }
    within(instance, "fd_write", args[3], 4).writeI32((int) args[3], written);
    return OK;
  }

  /** Tells whole lines; what has no line end waits, a little. */
  private void say(byte[] bytes, int descriptor) {
    line.writeBytes(bytes);
    byte[] all = line.toByteArray();
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n' && all.length < 8192) {
      end--;
    }
    if (end > 0) {
      line.reset();
      line.write(all, end, all.length - end);
      tell(java.util.Arrays.copyOf(all, end), descriptor);
    }
  }

  private void tell(byte[] text, int descriptor) {
    GuestLines.tell(host.observer(), descriptor == STDERR ? LogLevel.WARN : LogLevel.INFO, text);
  }

  private long[] descriptorStatus(Instance instance, long... args) {
    host.entered();
    if (args[0] < 0 || args[0] > STDERR) {
      return BAD_DESCRIPTOR;
    }
    GuestMemory memory = within(instance, "fd_fdstat_get", args[1], FDSTAT_BYTES);
    memory.write((int) args[1], new byte[FDSTAT_BYTES], 0, FDSTAT_BYTES);
    memory.writeByte((int) args[1], (byte) CHARACTER_DEVICE);
    return OK;
  }

  /** Time does not pass during a call: whoever sleeps is awake at once. */
  private long[] poll(Instance instance, long... args) {
    host.entered();
    int count = (int) args[2];
    if (count <= 0 || count > MAX_VECTORS) {
      return INVALID;
    }
    GuestMemory memory =
        within(instance, "poll_oneoff", args[0], count * (long) SUBSCRIPTION_BYTES);
    within(instance, "poll_oneoff", args[1], count * (long) EVENT_BYTES);
    for (int i = 0; i < count; i++) {
      int subscription = (int) args[0] + i * SUBSCRIPTION_BYTES;
      int event = (int) args[1] + i * EVENT_BYTES;
      byte[] answer = new byte[EVENT_BYTES];
      memory.write(event, answer, 0, EVENT_BYTES);
      memory.writeLong(event, memory.readLong(subscription));
      memory.writeByte(event + 10, memory.read(subscription + 8));
    }
    within(instance, "poll_oneoff", args[3], 4).writeI32((int) args[3], count);
    return OK;
  }

  private long[] exit(Instance instance, long... args) {
    host.entered();
    String unfinished = line.toString(StandardCharsets.UTF_8);
    line.reset();
    tell(unfinished.getBytes(StandardCharsets.UTF_8), STDERR);
    throw new GuestExit((int) args[0]);
  }
}
