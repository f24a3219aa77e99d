package io.rapidbyte.ingest.publish;

import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings for tests. */
public final class Pipelines {
  /** The publication's name; it needs quotes. */
  public static final String PUBLICATION = "rapidbyte My-shop";

  private Pipelines() {}

  /** A pipeline over one database. */
  public static PipelineSpec of(TestDatabase database, String user, StreamSpec... streams) {
    PostgresAddress address =
        new PostgresAddress(
            database.host(),
            database.port(),
            database.name(),
            user,
            new Secret("postgres"),
            "prefer",
            Map.of());
    SourceSpec source =
        new SourceSpec(
            address,
            "rapidbyte_my_shop",
            PUBLICATION,
            new SourceSpec.SnapshotSpec(SourceSpec.SnapshotMode.INITIAL, 1));
    return new PipelineSpec(
        "my-shop",
        KafkaSpec.EMBEDDED,
        source,
        List.of(streams),
        List.of(),
        PolicySpec.DEFAULT,
        LimitSpec.DEFAULT);
  }

  /** A table as it is. */
  public static StreamSpec stream(String table) {
    return new StreamSpec(table, List.of(), null, null, null, null, null, null);
  }

  /** The same with a condition. */
  public static StreamSpec where(StreamSpec s, String where) {
    return new StreamSpec(
        s.table(), s.exclude(), s.columns(), where, s.key(), s.partitions(), s.topic(), s.mode());
  }

  /** The same with a selection of columns. */
  public static StreamSpec columns(StreamSpec s, String... columns) {
    List<StreamSpec.ColumnSpec> named =
        Stream.of(columns).map(c -> new StreamSpec.ColumnSpec(c, null)).toList();
    return new StreamSpec(
        s.table(), s.exclude(), named, s.where(), s.key(), s.partitions(), s.topic(), s.mode());
  }

  /** The same with a mode. */
  public static StreamSpec mode(StreamSpec s, WriteMode mode) {
    return new StreamSpec(
        s.table(), s.exclude(), s.columns(), s.where(), s.key(), s.partitions(), s.topic(), mode);
  }

  /** The same with a key. */
  public static StreamSpec key(StreamSpec s, String... key) {
    return new StreamSpec(
        s.table(),
        s.exclude(),
        s.columns(),
        s.where(),
        List.of(key),
        s.partitions(),
        s.topic(),
        s.mode());
  }

  /** The same with several partitions. */
  public static StreamSpec partitions(StreamSpec s, int partitions) {
    return new StreamSpec(
        s.table(), s.exclude(), s.columns(), s.where(), s.key(), partitions, s.topic(), s.mode());
  }
}
