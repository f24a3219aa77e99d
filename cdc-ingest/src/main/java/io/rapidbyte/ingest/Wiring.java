package io.rapidbyte.ingest;

import io.rapidbyte.ingest.batch.DeadLetters;
import io.rapidbyte.ingest.batch.Rejects;
import io.rapidbyte.ingest.debezium.DebeziumEngine;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.SourcePlanner;
import io.rapidbyte.ingest.preflight.CheckedSourcePlanner;
import io.rapidbyte.ingest.replicate.Epoch;
import io.rapidbyte.ingest.replicate.LogEngine;
import io.rapidbyte.ingest.replicate.NativeEngine;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.snapshot.PostgresSnapshots;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.security.SecureRandom;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** The one place where the parts of ingest are put together. */
record Wiring(
    PipelineSpec spec,
    Map<String, Object> kafka,
    BufferAllocator allocator,
    IngestObserver observer,
    PostgresSessions sessions,
    SourcePlanner planner,
    Snapshots snapshots) {

  static Wiring of(
      PipelineSpec spec,
      Map<String, Object> kafka,
      BufferAllocator allocator,
      IngestObserver observer) {
    return new Wiring(
        spec,
        Map.copyOf(kafka),
        allocator,
        observer,
        new PostgresSessions(spec.source().address(), "rapidbyte " + spec.pipeline()),
        new CheckedSourcePlanner(spec),
        new PostgresSnapshots(new SecureRandom()));
  }

  /** What decodes the log. */
  LogEngine engine() {
    return switch (spec.source().engine()) {
      case NATIVE -> new NativeEngine();
      case DEBEZIUM -> new DebeziumEngine(spec);
    };
  }

  /** What takes refused rows, by the pipeline's policy. */
  Rejects rejects(Epoch epoch) {
    return new DeadLetters(
        spec.topics(), spec.policies().onDataError(), allocator, observer, epoch::add);
  }
}
