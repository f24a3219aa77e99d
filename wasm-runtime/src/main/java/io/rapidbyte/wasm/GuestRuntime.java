package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.compile.CompiledModules;
import io.rapidbyte.wasm.compile.DiskCache;
import io.rapidbyte.wasm.host.MemoryBudget;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.util.Optional;

/**
 * Compiles modules, once each, has the threads that guests run on, and the memory that they have
 * together. Thread-safe; one a process.
 */
public final class GuestRuntime implements AutoCloseable {
  private final CompiledModules modules;
  private final MemoryBudget budget;
  private final GuestThreads threads = new GuestThreads();

  /** With a place for compiled code on disk, or without; a third of the heap is the guests'. */
  public GuestRuntime(Optional<DiskCache> disk) {
    this(disk, new MemoryBudget(Runtime.getRuntime().maxMemory() / 3));
  }

  /** The same with another budget. */
  public GuestRuntime(Optional<DiskCache> disk, MemoryBudget budget) {
    this.modules = new CompiledModules(disk);
    this.budget = budget;
  }

  /**
   * A guest for one task; nothing of it runs before its first call.
   *
   * @throws RapidbyteException where the module cannot be compiled, with a code of {@link
   *     ModuleFaults}
   */
  public Guest guest(GuestSetup setup, GuestObserver observer) {
    return new Guest(setup, modules.compiled(setup.module()), threads, budget, observer);
  }

  /** Ends all guests. */
  @Override
  public void close() {
    threads.close();
  }
}
