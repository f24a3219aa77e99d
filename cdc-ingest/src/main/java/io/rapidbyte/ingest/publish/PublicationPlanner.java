package io.rapidbyte.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.catalog.ColumnInfo;
import io.rapidbyte.ingest.catalog.ColumnInfo.Generated;
import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.ingest.catalog.StreamSchemas;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.filter.Where;
import io.rapidbyte.ingest.publish.PublicationPlan.Refusal;
import io.rapidbyte.ingest.publish.TablePlan.Target;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what is published. Pure: the same catalog and settings give the same plan. */
public final class PublicationPlanner {
  /** Postgres cuts longer names. */
  private static final int MAX_NAME_BYTES = 63;

  private static final String INSERTS_SUFFIX = "_inserts";

  /** Types from here on are not built in; row filters must not name them. */
  private static final int FIRST_USER_OID = 16_384;

  private final ServerVersion server;
  private final PipelineSpec pipeline;

  private PublicationPlanner(ServerVersion server, PipelineSpec pipeline) {
    this.server = server;
    this.pipeline = pipeline;
  }

  /** The plan for the tables that {@code pipeline} selects of those discovered. */
  public static PublicationPlan plan(PipelineSpec pipeline, Discovery discovery) {
    return new PublicationPlanner(discovery.version(), pipeline).plan(discovery);
  }

  private PublicationPlan plan(Discovery discovery) {
    StreamSelection selection = new StreamSelection(pipeline.streams());
    List<TablePlan> tables = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    for (TableInfo table : discovery.tables()) {
      Optional<StreamSpec> spec = selection.settingsFor(table.name());
      if (spec.isPresent()) {
        try {
          tables.add(plan(table, spec.get()));
        } catch (RapidbyteException e) {
          refusals.add(new Refusal(table.name(), e.error()));
        }
      }
    }
    String name = pipeline.source().publication();
    return new PublicationPlan(
        server,
        publication(name, Target.ALL_CHANGES, tables),
        publication(insertsName(name), Target.INSERTS_ONLY, tables),
        tables,
        refusals);
  }

  private static Publication publication(String name, Target target, List<TablePlan> tables) {
    List<PublishedTable> published =
        tables.stream().filter(t -> t.target() == target).map(PublicationPlanner::entry).toList();
    return new Publication(name, target == Target.INSERTS_ONLY, published);
  }

  private static PublishedTable entry(TablePlan plan) {
    List<String> list = new ArrayList<>();
    if (plan.columns() instanceof PushDown.Pushed(List<String> beyond)) {
      for (ColumnInfo column : plan.table().columns()) {
        if (plan.schema().indexOf(column.name()) >= 0 || beyond.contains(column.name())) {
          list.add(column.name());
        }
      }
    }
    Optional<String> where =
        plan.rows().isPushed() ? plan.where().map(Where::sql) : Optional.empty();
    return new PublishedTable(plan.name(), list, where);
  }

  /** The name of the second publication: the first one's, cut where it would be too long. */
  static String insertsName(String name) {
    int room = MAX_NAME_BYTES - INSERTS_SUFFIX.length();
    String cut = name;
    while (cut.getBytes(UTF_8).length > room) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut + INSERTS_SUFFIX;
  }

  private TablePlan plan(TableInfo table, StreamSpec spec) {
    StreamSchema schema = StreamSchemas.of(table, spec, server, 1);
    for (Column column : schema.columns()) {
      require(
          !column.name().startsWith(BatchColumns.PREFIX), Refusals.reserved(table, column.name()));
    }
    Target target = target(table, spec, schema);
    String condition = spec.where();
    Optional<Where> where =
        condition == null ? Optional.empty() : Optional.of(Where.of(condition, table));
    PushDown rows = where.isEmpty() ? new PushDown.None() : rows(table, where.get(), target);
    if (where.isPresent() && rows instanceof PushDown.Local local) {
      requireEvaluable(table, where.get(), local);
    }
    PushDown columns =
        spec.columns() == null
            ? new PushDown.None()
            : columns(table, schema, target, rows.isLocal() ? where : Optional.empty());
    return new TablePlan(table, spec, schema, target, columns, rows, where);
  }

  private Target target(TableInfo table, StreamSpec spec, StreamSchema schema) {
    boolean append = appendsOnly(table, spec);
    boolean virtual =
        table.columns().stream().anyMatch(c -> c.generated() == Generated.VIRTUAL)
            && table.identities().stream().anyMatch(identity -> identity.isFull());
    boolean alike = partitionsLogWhatTheRootAnnounces(table);
    if (table.identifies() && !virtual && alike) {
      require(append || !schema.key().isEmpty(), Refusals.noKey(table));
      require(table.identityCovers(schema.key()), Refusals.keyNotInIdentity(table, schema.key()));
      return Target.ALL_CHANGES;
    }
    require(append || table.identifies(), Refusals.noIdentity(table));
    require(append || !virtual, Refusals.virtualColumn(table));
    require(append, Refusals.partitions(table));
    return Target.INSERTS_ONLY;
  }

  /** The mode that the stream names, else that of all destinations that take it. */
  private boolean appendsOnly(TableInfo table, StreamSpec spec) {
    if (spec.mode() != null) {
      return spec.mode() == WriteMode.APPEND;
    }
    List<DestinationSpec> takers =
        pipeline.destinations().stream()
            .filter(
                d ->
                    d.streams().isEmpty()
                        || d.streams().stream()
                            .anyMatch(s -> StreamSelection.matches(s, table.name())))
            .toList();
    return !takers.isEmpty() && takers.stream().allMatch(d -> d.mode() == WriteMode.APPEND);
  }

  private static boolean partitionsLogWhatTheRootAnnounces(TableInfo table) {
    var root = table.keys().identity();
    return table.keys().partitions().stream()
        .map(TableInfo.Partition::identity)
        .allMatch(p -> root.isFull() ? p.isFull() : p.covers(root.columns()));
  }

  private PushDown rows(TableInfo table, Where where, Target target) {
    String name = table.name().quoted();
    if (!server.publishesParts()) {
      return new PushDown.Local(
          "PostgreSQL %d has no row filters".formatted(server.major()),
          "upgrade the source to PostgreSQL 15 or later");
    }
    for (String column : where.columns()) {
      ColumnInfo info = table.column(column).orElse(null);
      if (info != null && Integer.compareUnsigned(info.type().oid(), FIRST_USER_OID) >= 0) {
        return new PushDown.Local(
            "row filters cannot name columns of user-defined types, such as " + column,
            "leave it so, or filter by another column");
      } else if (info != null && info.generated() != Generated.NO) {
        return new PushDown.Local(
            "column %s is generated".formatted(column),
            "write the condition over the columns that it is generated from");
      }
    }
    if (target == Target.ALL_CHANGES && !table.identityCovers(where.columns())) {
      return new PushDown.Local(
          "the replica identity of %s does not cover %s"
              .formatted(table.name(), String.join(", ", uncovered(table, where.columns()))),
          "ALTER TABLE %s REPLICA IDENTITY FULL;".formatted(name));
    }
    return new PushDown.Pushed(List.of());
  }

  private static List<String> uncovered(TableInfo table, Set<String> columns) {
    return columns.stream().filter(c -> !table.identityCovers(List.of(c))).sorted().toList();
  }

  private void requireEvaluable(TableInfo table, Where where, PushDown.Local local) {
    Optional<ErrorInfo> refusal = where.refusal();
    if (refusal.isPresent()) {
      ErrorInfo error = refusal.get();
      throw new RapidbyteException(
          ErrorInfo.permanent(
              error.category(),
              error.scope(),
              error.code(),
              "%s (ingest has to evaluate it: %s)".formatted(error.message(), local.reason()),
              "%s; or push it down: %s".formatted(error.fix(), local.mend())));
    }
    for (String column : where.columns()) {
      boolean inLog = table.column(column).map(c -> c.streamable(server)).orElse(true);
      require(inLog, Refusals.whereNeeds(table, column));
    }
  }

  private PushDown columns(
      TableInfo table, StreamSchema schema, Target target, Optional<Where> evaluatedHere) {
    if (!server.publishesParts()) {
      return new PushDown.Local(
          "PostgreSQL %d has no column lists".formatted(server.major()),
          "upgrade the source to PostgreSQL 15 or later");
    }
    Set<String> published = new LinkedHashSet<>();
    schema.columns().forEach(c -> published.add(c.name()));
    List<String> beyond = new ArrayList<>();
    evaluatedHere.ifPresent(
        where -> where.columns().stream().filter(published::add).sorted().forEach(beyond::add));
    if (target == Target.ALL_CHANGES) {
      for (var identity : table.identities()) {
        if (identity.isFull()) {
          return new PushDown.Local(
              "REPLICA IDENTITY FULL allows no column list",
              "ALTER TABLE %s REPLICA IDENTITY DEFAULT;".formatted(table.name().quoted()));
        } else if (!published.containsAll(identity.columns())) {
          return new PushDown.Local(
              "the selection lacks columns of the replica identity, (%s)"
                  .formatted(String.join(", ", identity.columns())),
              "add them to columns");
        }
      }
    }
    return new PushDown.Pushed(beyond);
  }

  private static void require(boolean holds, ErrorInfo otherwise) {
    if (!holds) {
      throw new RapidbyteException(otherwise);
    }
  }
}
