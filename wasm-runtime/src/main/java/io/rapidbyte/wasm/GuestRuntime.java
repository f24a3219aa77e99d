package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.compile.CompiledModules;
import io.rapidbyte.wasm.compile.DiskCache;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.util.Optional;

/**
 * Compiles modules, once each, and has the threads that guests run on. Thread-safe; one a process.
 */
public final class GuestRuntime implements AutoCloseable {
  private final CompiledModules modules;
  private final GuestThreads threads = new GuestThreads();

  /** With a place for compiled code on disk, or without. */
  public GuestRuntime(Optional<DiskCache> disk) {
    this.modules = new CompiledModules(disk);
  }

  /**
   * A guest for one task; nothing of it runs before its first call.
   *
   * @throws RapidbyteException where the module cannot be compiled, with a code of {@link
   *     ModuleFaults}
   */
  public Guest guest(GuestSetup setup, GuestObserver observer) {
    return new Guest(setup, modules.compiled(setup.module()), threads, observer);
  }

  /** Ends all guests. */
  @Override
  public void close() {
    threads.close();
  }
}
