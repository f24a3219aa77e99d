package io.rapidbyte.sink.duckdb;

import io.rapidbyte.sink.destination.Destination;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;

/** DuckDB files whose log is written into them often. */
public final class SmallDuckDb {
  private SmallDuckDb() {}

  /** A destination that is not yet open. */
  public static Destination of(
      String pipeline, Path path, BufferAllocator allocator, String checkpointAfter) {
    return new DuckDbDestination(pipeline, "warehouse", path, allocator, checkpointAfter);
  }
}
