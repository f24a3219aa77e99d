package io.rapidbyte.sink;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.sink.postgres.PostgresDestination;
import org.apache.arrow.memory.BufferAllocator;

/** The destination that a spec means, not yet open. */
final class Destinations {
  private Destinations() {}

  static Destination of(PipelineSpec pipeline, DestinationSpec spec, BufferAllocator allocator) {
    return switch (spec.kind()) {
      case DestinationSpec.Kind.DuckDb duckdb ->
          new DuckDbDestination(pipeline.pipeline(), spec.name(), duckdb.path(), allocator);
      case DestinationSpec.Kind.Postgres postgres ->
          new PostgresDestination(pipeline.pipeline(), spec.name(), postgres);
    };
  }
}
