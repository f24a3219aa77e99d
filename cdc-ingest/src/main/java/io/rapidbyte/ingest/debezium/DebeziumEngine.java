package io.rapidbyte.ingest.debezium;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.replicate.LogEngine;
import io.rapidbyte.ingest.replicate.LogReader;
import io.rapidbyte.ingest.replicate.ReplicationStream;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code engine: debezium}: rows come by Debezium's connector. */
public final class DebeziumEngine implements LogEngine {
  private final PipelineSpec spec;

  /** Starts nothing yet. */
  public DebeziumEngine(PipelineSpec spec) {
    this.spec = spec;
  }

  @Override
  public boolean readsTextOnly() {
    return true;
  }

  @Override
  public Optional<ErrorInfo> refusal(StreamSchema schema) {
    return Unfit.of(schema).stream().findFirst();
  }

  @Override
  public LogReader read(ReplicationStream stream, List<StreamPlan> streams) {
    Set<TableName> tables = streams.stream().map(StreamPlan::table).collect(Collectors.toSet());
    return DebeziumReader.start(spec, stream, tables);
  }
}
