package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.sink.SinkObserver;
import io.rapidbyte.sink.SinkRunner;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;

/** A sink in a process of its own, to be killed: bootstrap, pipeline, DuckDB file. */
public final class SinkProcess {
  private SinkProcess() {}

  public static void main(String[] args) {
    var destination = TestSpec.duckdb(Path.of(args[2]));
    var pipeline = TestSpec.pipeline(args[1], destination, OnDataError.DLQ);
    try (SinkRunner runner =
        new SinkRunner(
            pipeline,
            destination,
            Map.of("bootstrap.servers", args[0]),
            new RootAllocator(),
            SinkObserver.NONE)) {
      runner.run();
    } catch (RapidbyteException e) {
      System.out.println(e.error().line());
      System.exit(4);
    }
  }
}
