package io.rapidbyte.sink;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import org.apache.arrow.memory.BufferAllocator;

/** The destination that a spec means, not yet open. */
final class Destinations {
  private Destinations() {}

  static Destination of(PipelineSpec pipeline, DestinationSpec spec, BufferAllocator allocator) {
    return switch (spec.kind()) {
      case DestinationSpec.Kind.DuckDb duckdb ->
          new DuckDbDestination(pipeline.pipeline(), spec.name(), duckdb.path(), allocator);
      case DestinationSpec.Kind.Postgres postgres ->
          throw new RapidbyteException(
              ErrorInfo.permanent(
                  Category.CONFIG,
                  Scope.STREAM,
                  "sink/destination-unsupported",
                  "destination " + spec.name() + ": postgres is not there yet",
                  "use duckdb"));
    };
  }
}
