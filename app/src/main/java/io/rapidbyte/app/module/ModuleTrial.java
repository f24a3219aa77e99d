package io.rapidbyte.app.module;

import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A module with the rows rules and limits of a pipeline around it, and nothing else of one. For one
 * thread.
 */
public final class ModuleTrial implements AutoCloseable {
  private final GuestModule module;
  private final GuestObserver observer;
  private final GuestRuntime runtime = new GuestRuntime(Optional.empty());
  private final BufferAllocator allocator = new RootAllocator();

  /** A module that runs as soon as it is given a case. */
  public ModuleTrial(GuestModule module, GuestObserver observer) {
    this.module = module;
    this.observer = observer;
  }

  /**
   * Runs a case's batches.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the module cannot work on them at
   *     all
   */
  ModuleOutput run(ModuleCase trial) {
    if (module.manifest().role() == Role.DESTINATION) {
      return new DestinationTrial(module, runtime, observer, allocator).run(trial);
    }
    ModuleOutput output = new ModuleOutput();
    try (Sitting sitting = sitting(trial.config())) {
      for (Path input : trial.inputs()) {
        try (VectorSchemaRoot root = Fixture.read(input, allocator);
            Chain.Outcome outcome = sitting.run(new BatchView(root))) {
          output.add(outcome);
        }
      }
    }
    return output;
  }

  /** The module with this configuration, and no state yet. */
  public Sitting sitting(String config) {
    return new Sitting(config);
  }

  /** Batches one behind the other, with the state that comes of them. */
  public final class Sitting implements AutoCloseable {
    private final String config;
    private final GuestState state = GuestState.inMemory();
    private final StaleKeys stale = StaleKeys.inMemory();
    private Schema columns = new Schema(List.of());
    private @Nullable Chain chain;

    private Sitting(String config) {
      this.config = config;
    }

    /** Where batches for it live. */
    BufferAllocator allocator() {
      return allocator;
    }

    /**
     * Works on a batch, which stays the caller's; the outcome is the caller's too.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException where the module cannot work on it at
     *     all
     */
    public Chain.Outcome run(BatchView batch) {
      return bound(batch).run(batch, 1, true, stale);
    }

    private Chain bound(BatchView batch) {
      Chain current = chain;
      if (current != null && batch.root().getSchema().equals(columns)) {
        return current;
      }
      close();
      GuestSetup setup =
          new GuestSetup(
              module,
              config,
              batch.stream(),
              Limits.DEFAULT,
              new Grants(module.manifest().permissions().state(), List.of(), List.of()),
              state,
              HttpDoor.CLOSED);
      WasmTransform transform =
          new WasmTransform(module.manifest().id(), runtime, setup, state, observer);
      Chain fresh = new Chain(Shape.of(batch), List.of(transform), allocator);
      columns = batch.root().getSchema();
      chain = fresh;
      return fresh;
    }

    @Override
    public void close() {
      if (chain != null) {
        chain.close();
        chain = null;
      }
    }
  }

  @Override
  public void close() {
    runtime.close();
    allocator.close();
  }
}
