package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.compile.CompiledModules;
import io.rapidbyte.wasm.compile.DiskCache;
import io.rapidbyte.wasm.host.MemoryBudget;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Compiles modules, once each, has the threads that guests run on, and the memory that they have
 * together. Thread-safe; one a process.
 */
public final class GuestRuntime implements AutoCloseable {
  private final CompiledModules modules;
  private final MemoryBudget budget;
  private final Function<GuestSetup, GuestObserver> others;
  private final GuestThreads threads = new GuestThreads();

  /** With a place for compiled code on disk, or without; a third of the heap is the guests'. */
  public GuestRuntime(Optional<DiskCache> disk) {
    this(disk, _ -> GuestObserver.SILENT);
  }

  /**
   * The same, with somebody who hears every guest beside who asked for it.
   *
   * @param others asked for each guest, by its place
   */
  public GuestRuntime(Optional<DiskCache> disk, Function<GuestSetup, GuestObserver> others) {
    this(disk, new MemoryBudget(Runtime.getRuntime().maxMemory() / 3), others);
  }

  /** The same with another budget. */
  public GuestRuntime(Optional<DiskCache> disk, MemoryBudget budget) {
    this(disk, budget, _ -> GuestObserver.SILENT);
  }

  private GuestRuntime(
      Optional<DiskCache> disk, MemoryBudget budget, Function<GuestSetup, GuestObserver> others) {
    this.modules = new CompiledModules(disk);
    this.budget = budget;
    this.others = others;
  }

  /**
   * A guest for one task; nothing of it runs before its first call.
   *
   * @throws RapidbyteException where the module cannot be compiled, with a code of {@link
   *     ModuleFaults}
   */
  public Guest guest(GuestSetup setup, GuestObserver observer) {
    GuestObserver both = new Both(observer, others.apply(setup));
    return new Guest(setup, modules.compiled(setup.module()), threads, budget, both);
  }

  private record Both(GuestObserver one, GuestObserver other) implements GuestObserver {
    @Override
    public void logged(LogLevel level, String line) {
      one.logged(level, line);
      other.logged(level, line);
    }

    @Override
    public void measured(MetricKind kind, String name, double value) {
      one.measured(kind, name, value);
      other.measured(kind, name, value);
    }

    @Override
    public void called(Duration took) {
      one.called(took);
      other.called(took);
    }

    @Override
    public void discarded(ErrorInfo why) {
      one.discarded(why);
      other.discarded(why);
    }
  }

  /** Ends all guests. */
  @Override
  public void close() {
    threads.close();
  }
}
