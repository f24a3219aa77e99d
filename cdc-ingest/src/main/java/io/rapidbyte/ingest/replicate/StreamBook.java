package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.batch.MappedTuple;
import io.rapidbyte.ingest.batch.Rejects;
import io.rapidbyte.ingest.batch.RowPlace;
import io.rapidbyte.ingest.batch.StreamWriter;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.ddl.SchemaEvent;
import io.rapidbyte.ingest.ddl.SchemaEventJson;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.ingest.filter.RowFilter;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that the log is taken apart into: relations as announced, each stream's newest
 * schema, and its writer. A table whose announcement differs gets a new schema version with its
 * next row, or where the source tells of DDL. One thread.
 */
public final class StreamBook implements AutoCloseable {
  /** The session must change to text: a column's binary form is not understood. */
  public static final String TEXT_NEEDED = "ingest/text-session";

  private static final Logger LOG = LoggerFactory.getLogger(StreamBook.class);

  private final Settings settings;
  private final RelationBinder binder;
  private final LogTap tap;
  private final Epoch epoch;
  private final Rejects rejects;
  private final BufferAllocator allocator;
  private final IngestObserver observer;

  private final Map<TableName, StreamPlan> plans = new HashMap<>();
  private final Map<TableName, StreamSchema> schemas = new HashMap<>();
  private final Map<Integer, RelationState> relations = new HashMap<>();
  private final Map<TableName, StreamWriter> writers = new HashMap<>();
  private final Map<String, Set<String>> ever = new HashMap<>();
  private final Map<Integer, Unlogged.Rewrite> rewrites = new HashMap<>();

  /**
   * What holds for the session.
   *
   * @param schemasTopic where schema versions are written
   * @param engine what decodes the log
   * @param binary whether values come in their binary form
   * @param generations each stream's, 1 where it is not named
   * @param dropBelow by stream, the LSN before which its changes are not wanted
   * @param ddl what the source has to say of DDL
   */
  record Settings(
      String schemasTopic,
      LogEngine engine,
      boolean binary,
      long maxRowBytes,
      Map<String, Integer> generations,
      Map<String, Lsn> dropBelow,
      Ddl ddl) {}

  /**
   * What the source has to say of DDL.
   *
   * @param prefix of the messages; empty where it tells nothing
   * @param mayDiffer told where the tables may no longer be those of the plan; must not wait
   */
  public record Ddl(String prefix, Runnable mayDiffer) {
    /** Nothing is told. */
    public static final Ddl UNTOLD = new Ddl("", () -> {});
  }

  /** What the book works with. */
  record Tools(
      RelationBinder binder,
      LogTap tap,
      Epoch epoch,
      Rejects rejects,
      BufferAllocator allocator,
      IngestObserver observer) {}

  /**
   * What is known of the streams' schemas, by name.
   *
   * @param newest each stream's
   * @param columnsEver the names of all columns that each has ever had: destinations keep them
   */
  public record Known(Map<String, StreamSchema> newest, Map<String, Set<String>> columnsEver) {}

  StreamBook(Settings settings, Tools tools, List<StreamPlan> streams, Known known) {
    this.settings = settings;
    this.binder = tools.binder();
    this.tap = tools.tap();
    this.epoch = tools.epoch();
    this.rejects = tools.rejects();
    this.allocator = tools.allocator();
    this.observer = tools.observer();
    for (StreamPlan plan : streams) {
      plans.put(plan.table(), plan);
      schemas.put(plan.table(), known.newest().getOrDefault(plan.stream(), plan.schema()));
      ever.put(
          plan.stream(), new HashSet<>(known.columnsEver().getOrDefault(plan.stream(), Set.of())));
    }
  }

  /** A relation is announced; it counts from its next row on. */
  void announce(Relation relation) {
    RelationState old = relations.get(relation.oid());
    if (old == null || !old.relation.equals(relation)) {
      StreamPlan plan = plans.get(relation.table());
      relations.put(
          relation.oid(),
          new RelationState(relation, plan, schemas.get(relation.table()), from(relation.table())));
    }
  }

  /** Whether a message of that prefix tells of DDL, to this pipeline. */
  boolean isTold(String prefix) {
    return !prefix.isEmpty() && prefix.equals(settings.ddl().prefix());
  }

  /** The source tells of DDL: schema versions begin here, whether a row follows or not. */
  void tell(byte[] content, Position at) {
    SchemaEvent event;
    try {
      event = SchemaEventJson.read(content);
    } catch (IllegalArgumentException e) {
      LOG.warn("a schema event at {} is not understood, and passed over", at, e);
      return;
    }
    for (SchemaEvent.Rewritten each : event.rewritten()) {
      Unlogged.Rewrite how = each.plain() ? Unlogged.Rewrite.PLAIN : Unlogged.Rewrite.BY_EXPRESSION;
      rewrites.merge(each.oid(), how, Unlogged.Rewrite::or);
    }
    event.attached().forEach(this::attached);
    for (SchemaEvent.Table table : event.tables()) {
      StreamPlan plan = plans.get(table.name());
      boolean ours = plan != null && plan.relationOid() == table.oid();
      if (plan != null && ours && !at.lsn().isBefore(from(table.name()))) {
        begin(plan, event, table, at);
      }
    }
    if (mayDiffer(event)) {
      settings.ddl().mayDiffer().run();
    }
  }

  private void begin(StreamPlan plan, SchemaEvent event, SchemaEvent.Table table, Position at) {
    StreamSchema known = schemas.getOrDefault(plan.table(), plan.schema());
    StreamSchema next = binder.told(event, table, known);
    Unlogged.Rewrite rewrite = rewrites.remove(table.oid());
    warn(known, next, filled(table), rewrite == null ? Unlogged.Rewrite.NONE : rewrite);
    if (next.version() == known.version()) {
      return;
    }
    require(next);
    writer(plan, next, known, at);
    relations.computeIfPresent(
        table.oid(), (oid, old) -> new RelationState(old.relation, plan, next, from(plan.table())));
  }

  private static Set<Integer> filled(SchemaEvent.Table table) {
    return table.columns().stream()
        .filter(SchemaEvent.TableColumn::filled)
        .map(SchemaEvent.TableColumn::number)
        .collect(Collectors.toSet());
  }

  /** Columns whose values in rows that are there are other than the log has said. */
  private void warn(
      StreamSchema known, StreamSchema next, Set<Integer> filled, Unlogged.Rewrite rewrite) {
    Set<String> names = ever.computeIfAbsent(next.stream(), _ -> new HashSet<>());
    known.columns().forEach(column -> names.add(column.name()));
    List<String> columns = Unlogged.of(known, next, names, filled, rewrite);
    if (!columns.isEmpty()) {
      LOG.warn(
          "{}: rows that were there have got values for {}, which are not in the log;"
              + " rapidbyte resync {} copies them",
          next.stream(),
          String.join(", ", columns),
          next.stream());
    }
  }

  private void attached(SchemaEvent.Attached each) {
    plans.values().stream()
        .filter(plan -> plan.relationOid() == each.root())
        .forEach(
            plan ->
                LOG.warn(
                    "{}: partition {} came with rows, which are not in the log; rapidbyte resync"
                        + " {} copies them",
                    plan.stream(),
                    each.partition(),
                    plan.stream()));
  }

  /** Whether a look at the catalog is worth while; a table that went may have been a partition. */
  private boolean mayDiffer(SchemaEvent event) {
    Set<Integer> planned =
        plans.values().stream().map(StreamPlan::relationOid).collect(Collectors.toSet());
    return event.publications()
        || !event.gone().isEmpty()
        || (event.tag().equals("ALTER TABLE")
            && event.tables().stream().anyMatch(table -> planned.contains(table.oid())))
        || event.tables().stream()
            .anyMatch(
                table -> {
                  StreamPlan plan = plans.get(table.name());
                  boolean same = plan != null && plan.relationOid() == table.oid();
                  return !same && (binder.takes(table.name()) || planned.contains(table.oid()));
                });
  }

  private Lsn from(TableName table) {
    return settings.dropBelow().getOrDefault(table.toString(), Lsn.ZERO);
  }

  /** The relation of an OID that the log has announced. */
  RelationState state(int oid) {
    RelationState state = relations.get(oid);
    if (state == null) {
      throw new IllegalStateException(
          "a row of relation " + Integer.toUnsignedString(oid) + ", never announced");
    }
    return state;
  }

  /** What writes the relation's rows; a new schema version begins here where its shape is new. */
  RelationState.Binding bind(RelationState state, RowPlace place, int ordinal) {
    RelationState.Binding bound = state.binding();
    return bound != null ? bound : bindAnew(state, place.at(ordinal));
  }

  private RelationState.Binding bindAnew(RelationState state, Position at) {
    StreamPlan plan = state.plan;
    StreamSchema known = schemas.get(state.relation.table());
    if (plan == null || known == null) {
      throw new IllegalStateException(state.relation.table() + " is not ours");
    }
    RelationBinder.Bound bound = binder.bind(state.relation, known);
    require(bound.schema());
    warn(known, bound.schema(), Set.of(), Unlogged.Rewrite.NONE);
    StreamWriter writer = writer(plan, bound.schema(), known, at);
    int[] map = bound.map().stream().mapToInt(Integer::intValue).toArray();
    int[] all = IntStream.range(0, bound.wire().size()).toArray();
    RelationState.Binding binding =
        new RelationState.Binding(
            writer,
            plan.filter().map(filter -> bind(filter, bound.wire())),
            new MappedTuple(map, NOTHING),
            new MappedTuple(map, NOTHING),
            new MappedTuple(all, NOTHING));
    state.bind(binding);
    return binding;
  }

  private static RowFilter.Bound bind(RowFilter filter, List<Column> wire) {
    return filter.bind(wire);
  }

  private StreamWriter writer(
      StreamPlan plan, StreamSchema schema, StreamSchema known, Position at) {
    StreamWriter writer = writers.get(plan.table());
    if (writer != null && writer.schema().version() == schema.version()) {
      return writer;
    }
    if (writer != null) {
      writer.flush();
      writer.close();
    }
    int generation = settings.generations().getOrDefault(plan.stream(), 1);
    StreamWriter next =
        new StreamWriter(
            new StreamWriter.Target(
                plan.topic(), plan.partitions(), generation, settings.maxRowBytes()),
            schema,
            allocator,
            rejects,
            epoch.drafts());
    writers.put(plan.table(), next);
    if (schema.version() != known.version()) {
      schemas.put(plan.table(), schema);
      next.mark(RecordKind.SCHEMA, at);
      epoch.add(SchemaRecords.document(settings.schemasTopic(), schema, plan.topic(), at.lsn()));
      epoch.add(new ProgressChange.SchemaAdded(plan.stream(), schema.version()));
      tap.schemaChanged(schema);
    }
    observer.stream(plan.stream(), plan.topic(), schema.version());
    return next;
  }

  private void require(StreamSchema schema) {
    settings
        .engine()
        .refusal(schema)
        .ifPresent(
            refusal -> {
              throw new RapidbyteException(refusal);
            });
    if (settings.binary()) {
      requireBinary(schema);
    }
  }

  private static void requireBinary(StreamSchema schema) {
    SchemaRecords.textColumn(schema)
        .ifPresent(
            column -> {
              throw new RapidbyteException(
                  ErrorInfo.passing(
                      Category.TRANSIENT,
                      Scope.STREAM,
                      TEXT_NEEDED,
                      "%s.%s needs its text form; streaming goes on in text"
                          .formatted(schema.stream(), column),
                      Backoff.FAST));
            });
  }

  /** Finishes every open batch. */
  void flush() {
    writers.values().forEach(StreamWriter::flush);
  }

  @Override
  public void close() {
    writers.values().forEach(StreamWriter::close);
    writers.clear();
  }

  private static final Tuple NOTHING =
      new Tuple() {
        @Override
        public int columns() {
          return 0;
        }

        @Override
        public byte kind(int column) {
          return NULL;
        }

        @Override
        public byte[] bytes() {
          return new byte[0];
        }

        @Override
        public int offset(int column) {
          return 0;
        }

        @Override
        public int length(int column) {
          return 0;
        }
      };
}
