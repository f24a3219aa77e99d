package io.rapidbyte.ingest.plan;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.StreamSchemas;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A planner for whole tables with keys: no filters, no column lists. */
public final class TablePlanner implements SourcePlanner {
  private final PipelineSpec spec;

  /** Plans for {@code spec}. */
  public TablePlanner(PipelineSpec spec) {
    this.spec = spec;
  }

  @Override
  public SourcePlan plan(Connection sql, boolean mayCreate) {
    Discovery discovery = new CatalogReader(sql).discover();
    StreamSelection selection = new StreamSelection(spec.streams());
    List<StreamPlan> streams = new ArrayList<>();
    for (TableInfo table : discovery.tables()) {
      Optional<StreamSpec> settings = selection.settingsFor(table.name());
      settings.ifPresent(s -> streams.add(stream(table, s, discovery)));
    }
    try {
      return new SourcePlan(
          publication(sql, streams), List.of(spec.source().publication()), streams);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reconciling publication " + spec.source().publication());
    }
  }

  private StreamPlan stream(TableInfo table, StreamSpec settings, Discovery discovery) {
    String topic = settings.topic();
    Integer partitions = settings.partitions();
    return new StreamPlan(
        table.oid(),
        StreamSchemas.of(table, settings, discovery.version(), 1),
        topic == null ? spec.topics().stream(table.name()) : topic,
        partitions == null ? 1 : partitions,
        Optional.empty(),
        Optional.ofNullable(settings.where()),
        false);
  }

  private long publication(Connection sql, List<StreamPlan> streams) throws SQLException {
    String name = spec.source().publication();
    String tables = streams.stream().map(s -> s.table().quoted()).collect(Collectors.joining(", "));
    Optional<Long> oid = oid(sql, name);
    try (Statement statement = sql.createStatement()) {
      if (oid.isEmpty()) {
        statement.execute(
            "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true)"
                .formatted(TableName.quote(name), tables));
      } else {
        statement.execute(
            "ALTER PUBLICATION %s SET TABLE %s".formatted(TableName.quote(name), tables));
      }
    }
    return oid(sql, name).orElseThrow();
  }

  private static Optional<Long> oid(Connection sql, String name) throws SQLException {
    try (PreparedStatement statement =
        sql.prepareStatement("SELECT oid FROM pg_publication WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
      }
    }
  }
}
