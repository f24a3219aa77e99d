package io.rapidbyte.app.command;

import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Finding.Severity;
import io.rapidbyte.processor.builtin.Builtins;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.PipelineModules;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.http.HttpDoor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Whether the transforms of each stream can work on the columns that its table has now. */
final class TransformCheck implements AutoCloseable {
  private final PipelineSpec spec;
  private final GuestRuntime runtime = new GuestRuntime(Optional.empty());
  private final BufferAllocator allocator = new RootAllocator();

  private TransformCheck(PipelineSpec spec) {
    this.spec = spec;
  }

  /** A finding for each stream that has transforms. */
  static List<Finding> of(PipelineSpec spec, List<StreamSchema> streams) {
    try (TransformCheck check = new TransformCheck(spec)) {
      return streams.stream()
          .filter(stream -> !spec.transformsOf(stream.table()).isEmpty())
          .map(check::of)
          .toList();
    }
  }

  private Finding of(StreamSchema stream) {
    String name = stream.table().toString();
    try (VectorSchemaRoot empty = VectorSchemaRoot.create(BatchLayout.of(stream), allocator)) {
      Shape table = Shape.of(new BatchView(empty));
      try (Chain chain = new Chain(table, transforms(stream.table()), allocator)) {
        return losesKey(table, chain.output())
            ? keyLost(stream, table)
            : new Finding(
                Severity.OK,
                "transform/usable",
                name,
                "comes out with " + String.join(", ", chain.output().names()),
                "");
      }
    } catch (RapidbyteException e) {
      return new Finding(
          Severity.FAILURE, e.error().code(), name, e.error().message(), e.error().fix());
    }
  }

  private static boolean losesKey(Shape table, Shape output) {
    return !table.key().isEmpty() && output.key().isEmpty();
  }

  private Finding keyLost(StreamSchema stream, Shape table) {
    String name = stream.table().toString();
    List<String> upserting =
        spec.destinations().stream()
            .filter(each -> each.mode() != WriteMode.APPEND)
            .filter(
                each ->
                    each.streams().isEmpty()
                        || each.streams().stream()
                            .anyMatch(one -> StreamSelection.matches(one, stream.table())))
            .map(each -> each.name())
            .toList();
    String message = "its key, " + String.join(", ", table.key()) + ", does not come out";
    return upserting.isEmpty()
        ? new Finding(Severity.INFO, "transform/key-lost", name, message + ": it is appended", "")
        : new Finding(
            Severity.FAILURE,
            "transform/key-lost",
            name,
            message + ", and without it rows can only be appended",
            "keep the key's columns as they are, or set mode: append at "
                + String.join(", ", upserting));
  }

  private List<Transform> transforms(TableName table) {
    Map<String, PipelineModules.Placed> modules = PipelineModules.load(spec, table);
    return Builtins.of(
        spec,
        table,
        (name, _) -> {
          PipelineModules.Placed placed = Optional.ofNullable(modules.get(name)).orElseThrow();
          GuestSetup setup =
              placed.module().setup(table.toString(), GuestState.NONE, HttpDoor.CLOSED);
          return new WasmTransform(name, runtime, setup, GuestState.NONE, GuestObserver.SILENT);
        });
  }

  @Override
  public void close() {
    runtime.close();
    allocator.close();
  }
}
