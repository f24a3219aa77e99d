package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.duckdb.DuckDbDestination;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of one announced stream into a DuckDB file, for the tests that extend this. */
abstract class ItemsIntoDuckDb {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final StreamSchema ITEMS = TestStream.simple("public", "items");
  static final String STREAM = "public.items";

  @TempDir Path directory;
  TestLog log;
  PipelineSpec pipeline;
  Warehouse warehouse;

  @BeforeEach
  void startLog() {
    String name = SharedKafka.unique("items");
    Path file = directory.resolve("warehouse.duckdb");
    log = new TestLog(SharedKafka.bootstrap(), name);
    pipeline = TestSpec.pipeline(name, TestSpec.duckdb(file), OnDataError.DLQ);
    warehouse = new Warehouse(file);
    log.announce(ITEMS, 1);
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  RunningSink start() {
    return new RunningSink(
        pipeline,
        log.client(),
        allocator ->
            new DuckDbDestination(pipeline.pipeline(), "warehouse", warehouse.file(), allocator));
  }

  static void until(String what, Callable<Boolean> condition) {
    Eventually.until(what, PATIENCE, condition);
  }
}
