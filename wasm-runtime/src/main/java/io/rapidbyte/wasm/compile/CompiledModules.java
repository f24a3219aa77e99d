package io.rapidbyte.wasm.compile;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.module.FunctionNames;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/**
 * Modules as JVM bytecode: compiled once a digest, however many ask at once; never interpreted.
 * Thread-safe.
 */
public final class CompiledModules {
  /** Modules that are kept while nobody uses them. */
  private static final int KEPT = 64;

  private static final Pattern FUNCTION_INDEX = Pattern.compile("function index: (\\d+)");

  /** A module with the factory of its instances' machines. */
  public record Compiled(GuestModule module, Function<Instance, Machine> factory) {}

  private final Optional<DiskCache> disk;

  private final Map<String, CompletableFuture<Compiled>> byDigest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Compiled>> e) {
          return size() > KEPT;
        }
      };

  /** With a place on disk, or without: then each process compiles for itself. */
  public CompiledModules(Optional<DiskCache> disk) {
    this.disk = disk;
  }

  /**
   * The module compiled.
   *
   * @throws RapidbyteException {@link ModuleFaults#FUNCTION_TOO_LARGE} and its like
   */
  public Compiled compiled(GuestModule module) {
    CompletableFuture<Compiled> mine = new CompletableFuture<>();
    CompletableFuture<Compiled> first;
    synchronized (byDigest) {
      first = byDigest.putIfAbsent(module.digest(), mine);
    }
    if (first != null) {
      return join(first);
    }
    try {
      Compiled compiled = new Compiled(module, compile(module));
      mine.complete(compiled);
      return compiled;
    } catch (RuntimeException | Error e) {
      synchronized (byDigest) {
        byDigest.remove(module.digest(), mine);
      }
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static Compiled join(CompletableFuture<Compiled> other) {
    try {
      return other.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RapidbyteException refused) {
        throw new RapidbyteException(refused.error(), refused.getCause());
      }
      throw e;
    }
  }

  private Function<Instance, Machine> compile(GuestModule module) {
    try {
      MachineFactoryCompiler.Builder builder =
          MachineFactoryCompiler.builder(module.parsed())
              .withInterpreterFallback(InterpreterFallback.FAIL);
      disk.map(d -> d.entry(module.digest())).ifPresent(builder::withCache);
      return builder.compile();
    } catch (RapidbyteException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw refused(module, e);
    }
  }

  private static RapidbyteException refused(GuestModule module, Throwable e) {
    Matcher index = FUNCTION_INDEX.matcher(String.valueOf(e.getMessage()));
    if (index.find()) {
      FunctionNames names = module.names();
      return ModuleFaults.refused(
          ModuleFaults.FUNCTION_TOO_LARGE,
          "the function "
              + names.name(Integer.parseInt(index.group(1)))
              + " is too large to be compiled (a Java method has 64 KiB)",
          "cut it into smaller ones, or build with less inlining: -Oz, opt-level = \"z\"",
          e);
    }
    return ModuleFaults.refused(
        ModuleFaults.MALFORMED,
        "the module cannot be compiled: " + e.getClass().getSimpleName(),
        "build it with less optimisation; tell us where that does not help",
        e);
  }
}
