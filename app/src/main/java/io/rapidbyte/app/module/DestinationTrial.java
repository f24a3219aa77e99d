package io.rapidbyte.app.module;

import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.wasm.DeliveryTrial;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A destination's case: batches go in, and the requests that it makes come out. */
final class DestinationTrial {
  private final GuestModule module;
  private final GuestRuntime runtime;
  private final GuestObserver observer;
  private final BufferAllocator allocator;

  DestinationTrial(
      GuestModule module, GuestRuntime runtime, GuestObserver observer, BufferAllocator allocator) {
    this.module = module;
    this.runtime = runtime;
    this.observer = observer;
    this.allocator = allocator;
  }

  /**
   * Delivers a case's batches, up to the first at which a pipeline would wait or stop.
   *
   * @throws RapidbyteException where the module does not take the configuration
   */
  ModuleOutput run(ModuleCase trial) {
    ModuleOutput output = new ModuleOutput();
    Path answers = trial.expected().resolveSibling("answers.json");
    RecordingDoor door = new RecordingDoor(answers, output::add);
    try (VectorSchemaRoot first = Fixture.read(trial.inputs().getFirst(), allocator);
        DeliveryTrial destination =
            new DeliveryTrial(
                runtime,
                placed(trial.config()),
                table(new BatchView(first).stream()),
                door,
                observer,
                allocator)) {
      for (Path input : trial.inputs()) {
        try (VectorSchemaRoot root = Fixture.read(input, allocator)) {
          destination.deliver(root).forEach(row -> output.refuse(row.row(), row.error()));
        }
      }
    } catch (RapidbyteException e) {
      output.fail(e.error());
    }
    return output;
  }

  private static TableName table(String stream) {
    int dot = stream.indexOf('.');
    return dot < 0
        ? new TableName("public", stream)
        : new TableName(stream.substring(0, dot), stream.substring(dot + 1));
  }

  /** It may do what its manifest asks for: nothing leaves this process. */
  private PlacedModule placed(String config) {
    ModuleSpec spec =
        new ModuleSpec(
            Path.of(""),
            new ModuleSpec.Config(new Secret(config), config),
            ModuleSpec.Allow.NOTHING);
    Grants grants = new Grants(false, module.manifest().permissions().http(), List.of());
    return new PlacedModule(spec, module, Limits.DEFAULT, grants);
  }
}
