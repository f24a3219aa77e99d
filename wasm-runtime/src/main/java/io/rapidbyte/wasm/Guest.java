package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.wasm.GuestThreads.Ending;
import io.rapidbyte.wasm.compile.CompiledModules.Compiled;
import io.rapidbyte.wasm.host.CallClock;
import io.rapidbyte.wasm.host.CallRecord;
import io.rapidbyte.wasm.host.GuestMemory;
import io.rapidbyte.wasm.host.HostState;
import io.rapidbyte.wasm.host.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.types.MemoryLimits;

/**
 * A module at work for one task. Each call runs on a thread of the guest's own while the caller
 * waits, within the limits; what goes wrong in it is an {@link Outcome.Failed} and never an
 * exception. After a trap, a deadline or a broken limit the instance is thrown away, and the next
 * call begins with a fresh one, opened and given the schema as before. For one thread at a time but
 * for {@link #cancel}.
 */
public final class Guest implements AutoCloseable {
  private final GuestSetup setup;
  private final Compiled compiled;
  private final GuestThreads threads;
  private final GuestObserver observer;
  private final MemoryBudget budget;
  private final Redaction redaction;
  private final byte[] opening;

  private volatile @Nullable HostState host;
  private volatile @Nullable GuestMemory memory;
  private @Nullable GuestInstance instance;
  private byte @Nullable [] schema;

  Guest(
      GuestSetup setup,
      Compiled compiled,
      GuestThreads threads,
      MemoryBudget budget,
      GuestObserver observer) {
    this.setup = setup;
    this.compiled = compiled;
    this.threads = threads;
    this.budget = budget;
    this.redaction = Redaction.of(setup.config());
    this.observer = new Redacted(observer, redaction);
    this.opening = setup.json();
  }

  /** Makes the instance and calls {@code rb_open}, unless that has happened. */
  public Outcome open() {
    return instance == null ? revive() : empty();
  }

  /**
   * {@code rb_schema}: what comes out of a transform for what goes in. It is called before the
   * first batch and whenever the schema changes.
   *
   * @param ipc an Arrow IPC stream with the schema; it may carry an empty batch
   */
  public Outcome schema(byte[] ipc) {
    schema = null;
    Outcome outcome = ofStream(call(BatchMeta.NONE, "rb_schema", ipc));
    if (outcome instanceof Outcome.Done) {
      schema = ipc.clone();
    }
    return outcome;
  }

  /** {@code rb_transform}: a batch of the schema given last. */
  public Outcome transform(BatchMeta meta, byte[] ipc) {
    return call(meta, "rb_transform", meta.json(), ipc);
  }

  /** {@code rb_prepare}: the streams and schemas that are to come, as JSON. */
  public Outcome prepare(String json) {
    return call(BatchMeta.NONE, "rb_prepare", utf8(json));
  }

  /** {@code rb_resume}: what is known of where writing ended; it may emit an answer. */
  public Outcome resume(String json) {
    return call(BatchMeta.NONE, "rb_resume", utf8(json));
  }

  /** {@code rb_begin}: a delivery begins, with its idempotency key. */
  public Outcome begin(BatchMeta meta, String json) {
    return call(meta, "rb_begin", utf8(json));
  }

  /** {@code rb_write}: a batch of the delivery. */
  public Outcome write(BatchMeta meta, byte[] ipc) {
    return call(meta, "rb_write", meta.json(), ipc);
  }

  /** {@code rb_commit}: the delivery is to stay. */
  public Outcome commit(BatchMeta meta, String json) {
    return call(meta, "rb_commit", utf8(json));
  }

  /** {@code rb_abort}: the delivery is not to be. */
  public Outcome abort(BatchMeta meta, String json) {
    return call(meta, "rb_abort", utf8(json));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Outcome.Done empty() {
    return new Outcome.Done(List.of(), List.of(), List.of());
  }

  /** Asks the call under way to end soon; from any thread. The deadline holds all the same. */
  public void cancel() {
    HostState current = host;
    if (current != null) {
      current.cancel();
    }
  }

  /** Calls {@code rb_close} where there is an instance. What it says is not waited for twice. */
  @Override
  public void close() {
    GuestInstance open = instance;
    if (open != null) {
      invoke(BatchMeta.NONE, "rb_close");
      end();
    }
  }

  private Outcome call(BatchMeta meta, String function, byte[]... arguments) {
    if (instance == null && revive() instanceof Outcome.Failed failed) {
      return failed;
    }
    return invoke(meta, function, arguments);
  }

  /** A fresh instance, brought to where the last one was. */
  private Outcome revive() {
    return ofStream(fresh());
  }

  private static Outcome ofStream(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done;
      case Outcome.Failed(ErrorInfo error, List<String> stack) ->
          new Outcome.Failed(error.ofStream(), stack);
    };
  }

  private Outcome fresh() {
    HostState fresh = new HostState(setup.grants(), observer, setup.http());
    host = fresh;
    AtomicReference<GuestInstance> made = new AtomicReference<>();
    Outcome started =
        on(
            fresh,
            record(BatchMeta.NONE),
            () -> {
              made.set(GuestInstance.start(compiled, fresh, this::memory));
              return 0;
            });
    if (started instanceof Outcome.Failed) {
      return started;
    }
    instance = made.get();
    Outcome opened = invoke(BatchMeta.NONE, "rb_open", opening);
    byte[] known = schema;
    Outcome ready =
        opened instanceof Outcome.Failed || known == null
            ? opened
            : invoke(BatchMeta.NONE, "rb_schema", known);
    if (ready instanceof Outcome.Failed) {
      end(); // it is in order, and not ready for a batch
    }
    return ready;
  }

  private CallRecord record(BatchMeta meta) {
    CallClock clock = new CallClock(meta.time(), meta.lsn());
    return new CallRecord(setup.limits(), setup.state(), clock, meta.rows(), budget);
  }

  private Outcome invoke(BatchMeta meta, String function, byte[]... arguments) {
    GuestInstance current = instance;
    HostState state = host;
    if (current == null || state == null) {
      throw new IllegalStateException("a call without an instance");
    }
    long began = System.nanoTime();
    try {
      return on(state, record(meta), () -> current.call(function, arguments));
    } finally {
      observer.called(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** Runs on a guest's thread; whatever comes of it becomes an outcome. */
  private Outcome on(HostState state, CallRecord record, Callable<Integer> work) {
    Ending<Integer> ending =
        threads.run(
            () -> {
              state.begin(record, setup.limits().callTime());
              return work.call();
            },
            setup.limits().callTime(),
            () -> {
              state.cancel();
              setup.http().abort();
            });
    record.close();
    return switch (ending) {
      case Ending.Value<Integer>(Integer answer) when answer >= 0 -> redacted(record.done());
      case Ending.Value<Integer>(Integer answer) -> refused(record.error(), answer);
      case Ending.Failure<Integer>(Throwable cause) -> discard(judge(cause));
      case Ending.Stopped<Integer> stopped -> discard(FailureReading.stopped(stopped, setup));
    };
  }

  private Outcome.Done redacted(Outcome.Done done) {
    List<Rejection> rejected =
        done.rejected().stream()
            .map(each -> new Rejection(each.row(), redaction.of(each.error())))
            .toList();
    return new Outcome.Done(done.emitted(), rejected, done.state());
  }

  /** The guest said no and is in order: it goes on living. */
  private Outcome refused(Optional<ErrorInfo> said, int answer) {
    ErrorInfo error =
        said.orElseGet(
            () ->
                CallFaults.ofBatch(
                    CallFaults.UNEXPLAINED,
                    "the module answered " + answer + " and gave no reason",
                    "call error() with a reason before returning a negative number"));
    return new Outcome.Failed(named(error), List.of());
  }

  private Outcome.Failed judge(Throwable cause) {
    GuestMemory used = memory;
    boolean starved = used != null && used.wasRefused();
    return FailureReading.of(cause, compiled.module().names(), setup, starved);
  }

  private void end() {
    GuestMemory used = memory;
    if (used != null) {
      used.close();
    }
    memory = null;
    instance = null;
    host = null;
  }

  private GuestMemory memory(MemoryLimits wanted) {
    GuestMemory made = new GuestMemory(wanted, setup.limits().memoryBytes(), budget);
    memory = made;
    return made;
  }

  private Outcome.Failed discard(Outcome.Failed failed) {
    end();
    ErrorInfo error = named(failed.error());
    observer.discarded(error);
    return new Outcome.Failed(error, failed.guestStack());
  }

  private ErrorInfo named(ErrorInfo error) {
    return redaction
        .of(error)
        .with("module", setup.module().manifest().id())
        .with("digest", setup.module().digest());
  }

  /** For messages: which module this is. */
  @Override
  public String toString() {
    return setup.module().manifest().id() + "@" + setup.module().manifest().version();
  }
}
