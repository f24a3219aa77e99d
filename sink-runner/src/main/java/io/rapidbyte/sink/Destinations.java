package io.rapidbyte.sink;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.sink.postgres.PostgresDestination;
import io.rapidbyte.sink.wasm.ModuleDestination;
import io.rapidbyte.sink.wasm.ModuleSettings;
import io.rapidbyte.wasm.GuestRuntime;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/** The destination that a spec means, not yet open. */
final class Destinations {
  private Destinations() {}

  /**
   * A destination that is not yet open.
   *
   * @param kafkaClient bootstrap servers and security, for one whose books stand in Kafka
   * @param guests asked for only where modules run
   */
  static Destination of(
      PipelineSpec pipeline,
      DestinationSpec spec,
      Map<String, Object> kafkaClient,
      Supplier<GuestRuntime> guests,
      BufferAllocator allocator) {
    return switch (spec.kind()) {
      case DestinationSpec.Kind.DuckDb duckdb ->
          new DuckDbDestination(pipeline.pipeline(), spec.name(), duckdb.path(), allocator);
      case DestinationSpec.Kind.Postgres postgres ->
          new PostgresDestination(pipeline.pipeline(), spec.name(), postgres);
      case DestinationSpec.Kind.Module module ->
          new ModuleDestination(
              ModuleSettings.of(pipeline, spec.name(), module.module()),
              kafkaClient,
              guests,
              allocator);
    };
  }
}
