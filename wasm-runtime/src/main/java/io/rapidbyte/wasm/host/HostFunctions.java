package io.rapidbyte.wasm.host;

import static io.rapidbyte.wasm.host.HostState.bytes;
import static io.rapidbyte.wasm.host.HostState.within;

import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Emission;
import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.Abi;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.endive.runtime.HostFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;

/** The functions of {@code rapidbyte_v1}, for one instance. */
public final class HostFunctions {
  private static final long[] NOTHING = {};
  private static final int ABSENT = -1;
  private static final int MAX_NAME = 64;
  private static final int MAX_ROUTE = 249;

  private final HostState host;

  /** The answer to a request that did not fit into the guest's buffer. */
  private byte[] waiting = {};

  private HostFunctions(HostState host) {
    this.host = host;
  }

  /** All of them, whether the module imports them or not. */
  public static List<HostFunction> of(HostState host) {
    HostFunctions functions = new HostFunctions(host);
    Map<String, WasmFunctionHandle> handles =
        Map.of(
            "emit", functions::emit,
            "reject", functions::reject,
            "error", functions::error,
            "log", functions::log,
            "metric", functions::metric,
            "state_get", functions::stateGet,
            "state_put", functions::statePut,
            "state_delete", functions::stateDelete,
            "cancelled", functions::cancelled,
            "http", functions::http);
    List<HostFunction> all = new ArrayList<>();
    Abi.host()
        .forEach(
            (name, type) -> {
              WasmFunctionHandle handle = handles.get(name);
              if (handle == null) {
                throw new IllegalStateException("no function for " + name);
              }
              all.add(new HostFunction(Abi.HOST, name, type, handle));
            });
    return all;
  }

  private long[] emit(Instance instance, long... args) {
    CallRecord call = host.entered();
    Emission.Kind kind = kind((int) args[0]);
    call.mayEmit((int) args[2]);
    String route = "";
    if ((int) args[4] != 0) {
      within(instance, "emit", args[3], args[4]);
      if (Integer.compareUnsigned((int) args[4], MAX_ROUTE) > 0) {
        throw badCall("a route has at most " + MAX_ROUTE + " characters");
      }
      route = new String(bytes(instance, "emit", args[3], args[4]), StandardCharsets.UTF_8);
    }
    within(instance, "emit", args[1], args[2]);
    call.hold(Integer.toUnsignedLong((int) args[2]));
    call.emit(new Emission(kind, bytes(instance, "emit", args[1], args[2]), route));
    return NOTHING;
  }

  private static Emission.Kind kind(int number) {
    for (Emission.Kind kind : Emission.Kind.values()) {
      if (kind.number() == number) {
        return kind;
      }
    }
    throw badCall("emit has no kind " + number + ": 1 is a schema, 2 a batch, 3 an answer");
  }

  private long[] reject(Instance instance, long... args) {
    CallRecord call = host.entered();
    call.mayLog((int) args[2]);
    byte[] why = bytes(instance, "reject", args[1], args[2]);
    call.reject((int) args[0], GuestErrors.read(why, Scope.RECORD));
    return NOTHING;
  }

  private long[] error(Instance instance, long... args) {
    CallRecord call = host.entered();
    call.mayLog((int) args[1]);
    call.error(GuestErrors.read(bytes(instance, "error", args[0], args[1]), Scope.BATCH));
    return NOTHING;
  }

  private long[] log(Instance instance, long... args) {
    CallRecord call = host.entered();
    call.mayLog((int) args[2]);
    byte[] text = bytes(instance, "log", args[1], args[2]);
    GuestLines.tell(host.observer(), LogLevel.of((int) args[0]), text);
    return NOTHING;
  }

  private long[] metric(Instance instance, long... args) {
    CallRecord call = host.entered();
    MetricKind kind = metricKind((int) args[0]);
    call.mayLog((int) args[2]);
    String name =
        new String(bytes(instance, "metric", args[1], args[2]), StandardCharsets.US_ASCII);
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*") || name.length() > MAX_NAME) {
      throw badCall("a metric's name has letters, digits and underscores, at most " + MAX_NAME);
    }
    double value = Double.longBitsToDouble(args[3]);
    if (Double.isFinite(value)) {
      host.observer().measured(kind, name, value);
    }
    return NOTHING;
  }

  private static MetricKind metricKind(int number) {
    for (MetricKind kind : MetricKind.values()) {
      if (kind.number() == number) {
        return kind;
      }
    }
    throw badCall("metric has no kind " + number + ": 0 counts, 1 is a gauge, 2 a histogram");
  }

  private long[] stateGet(Instance instance, long... args) {
    CallRecord call = host.entered();
    needsState();
    call.mayName((int) args[1]);
    GuestMemory memory = within(instance, "state_get", args[2], args[3]);
    Optional<byte[]> value = call.get(bytes(instance, "state_get", args[0], args[1]));
    if (value.isEmpty()) {
      return new long[] {ABSENT};
    }
    byte[] found = value.get();
    if (found.length <= Integer.toUnsignedLong((int) args[3])) {
      memory.write((int) args[2], found, 0, found.length);
    }
    return new long[] {found.length};
  }

  private long[] statePut(Instance instance, long... args) {
    CallRecord call = host.entered();
    needsState();
    within(instance, "state_put", args[0], args[1]);
    within(instance, "state_put", args[2], args[3]);
    call.mayKeep((int) args[1], (int) args[3]);
    byte[] key = bytes(instance, "state_put", args[0], args[1]);
    call.put(key, bytes(instance, "state_put", args[2], args[3]), args[4]);
    return NOTHING;
  }

  private long[] stateDelete(Instance instance, long... args) {
    CallRecord call = host.entered();
    needsState();
    call.mayName((int) args[1]);
    call.delete(bytes(instance, "state_delete", args[0], args[1]));
    return NOTHING;
  }

  private void needsState() {
    if (!host.grants().state()) {
      throw new HostTrap(
          CallFaults.ofSetting(
              CallFaults.NOT_ALLOWED,
              "the module uses state, which it may not",
              "\"permissions\": {\"state\": true} in manifest.json, and `allow: {state: true}` at"
                  + " the module in the pipeline"));
    }
  }

  private long[] cancelled(Instance instance, long... args) {
    host.entered();
    return new long[] {host.isCancelled() ? 1 : 0};
  }

  private long[] http(Instance instance, long... args) {
    CallRecord call = host.entered();
    GuestMemory memory = within(instance, "http", args[2], args[3]);
    if ((int) args[1] != 0) {
      within(instance, "http", args[0], args[1]);
      call.hold(Integer.toUnsignedLong((int) args[1]));
      byte[] request = bytes(instance, "http", args[0], args[1]);
      try {
        waiting = host.http().exchange(request, host.remaining());
      } catch (HttpDoor.Refused e) {
        throw new HostTrap(
            CallFaults.ofBatch(CallFaults.NOT_ALLOWED, String.valueOf(e.getMessage()), e.fix()));
      }
    }
    byte[] answer = waiting;
    if (answer.length <= Integer.toUnsignedLong((int) args[3])) {
      memory.write((int) args[2], answer, 0, answer.length);
      waiting = new byte[0];
    }
    return new long[] {answer.length};
  }

  private static HostTrap badCall(String message) {
    return new HostTrap(
        CallFaults.ofBatch(CallFaults.BAD_CALL, message, "see the ABI in docs/modules"));
  }
}
