package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Pipelines for tests. */
public final class TestSpec {
  private TestSpec() {}

  /** Every table, one destination. */
  public static PipelineSpec pipeline(
      String name, DestinationSpec destination, PolicySpec.OnDataError policy) {
    var address = new PostgresAddress("localhost", 5432, "shop", "u", null, "disable", Map.of());
    var snapshot = new SourceSpec.SnapshotSpec(SourceSpec.SnapshotMode.NEVER, 1);
    return new PipelineSpec(
        name,
        KafkaSpec.EMBEDDED,
        new SourceSpec(address, "slot", "publication", snapshot),
        List.of(new StreamSpec("*", List.of(), null, null, null, null, null, null)),
        List.of(destination),
        new PolicySpec(policy),
        LimitSpec.DEFAULT);
  }

  public static DestinationSpec duckdb(Path file) {
    return new DestinationSpec("warehouse", new DestinationSpec.Kind.DuckDb(file), null, List.of());
  }
}
