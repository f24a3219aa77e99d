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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A module with the rows rules and limits of a pipeline around it, and nothing else of one. State
 * lives as long as this object. For one thread.
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
    GuestState state = GuestState.inMemory();
    StaleKeys stale = StaleKeys.inMemory();
    ModuleOutput output = new ModuleOutput();
    for (Path input : trial.inputs()) {
      try (VectorSchemaRoot root = Fixture.read(input, allocator)) {
        BatchView batch = new BatchView(root);
        try (Chain chain = chain(batch, trial.config(), state);
            Chain.Outcome outcome = chain.run(batch, 1, true, stale)) {
          output.add(outcome);
        }
      }
    }
    return output;
  }

  private Chain chain(BatchView batch, String config, GuestState state) {
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
    return new Chain(Shape.of(batch), List.of(transform), allocator);
  }

  @Override
  public void close() {
    runtime.close();
    allocator.close();
  }
}
