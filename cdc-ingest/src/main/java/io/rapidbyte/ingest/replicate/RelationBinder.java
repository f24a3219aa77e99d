package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.ColumnInfo;
import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.catalog.TypeCatalog;
import io.rapidbyte.ingest.ddl.SchemaEvent;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Relation.RelationColumn;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a table's announcement in the log means: columns with all that decoding needs. Names, types
 * and order are the log's; what it does not say (attribute numbers, nullability, what lies below a
 * type) is the catalog's, which may be ahead of the log, or the last known schema's.
 */
final class RelationBinder {
  private final PostgresSessions sessions;
  private final StreamSelection selection;
  private final boolean told;

  /**
   * A binder of one session.
   *
   * @param told whether the source tells of DDL: then the newest known schema is what holds
   */
  RelationBinder(PostgresSessions sessions, StreamSelection selection, boolean told) {
    this.sessions = sessions;
    this.selection = selection;
    this.told = told;
  }

  /** Whether the pipeline takes a table of that name. */
  boolean takes(TableName table) {
    return selection.settingsFor(table).isPresent();
  }

  /**
   * The schema behind a DDL statement that the source tells of.
   *
   * @return {@code known} where its shape is the same, else one of the next version
   */
  StreamSchema told(SchemaEvent event, SchemaEvent.Table table, StreamSchema known) {
    try (Connection sql = sessions.sql()) {
      TypeCatalog types = new TypeCatalog(sql);
      types.tell(event.types());
      Optional<StreamSpec> spec = selection.settingsFor(table.name());
      return ToldSchema.of(table, spec, types, ServerVersion.of(sql), known);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading the types of " + table.name());
    }
  }

  /**
   * A relation in terms of its stream.
   *
   * @param schema the newest known where it has the same shape, else one of the next version
   * @param wire every published column, in the order of the wire
   * @param map for each column of {@code schema} its place in {@code wire}
   */
  record Bound(StreamSchema schema, List<Column> wire, List<Integer> map) {
    Bound {
      wire = List.copyOf(wire);
      map = List.copyOf(map);
    }
  }

  Bound bind(Relation relation, StreamSchema known) {
    List<Column> wire = columns(relation, known);
    Optional<StreamSpec> spec = selection.settingsFor(relation.table());
    Map<String, @Nullable String> wanted =
        wanted(spec.orElse(null), wire.stream().map(Column::name).toList());
    List<Column> columns = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < wire.size(); i++) {
      Column c = wire.get(i);
      if (wanted.containsKey(c.name())) {
        String as = wanted.get(c.name());
        columns.add(new Column(c.name(), c.type(), c.nullable(), c.attributeNumber(), as));
        places.add(i);
      }
    }
    List<String> asked = spec.map(StreamSpec::key).orElse(null);
    List<String> key = asked == null ? key(relation, known, columns) : known.key();
    StreamSchema found =
        new StreamSchema(relation.table(), known.version() + 1, columns, key, relation.identity());
    StreamSchema schema = found.sameShape(known) ? known : found;
    return new Bound(schema, wire, places);
  }

  /** The selected columns by name, each with the Arrow type asked for, if one is. */
  static Map<String, @Nullable String> wanted(@Nullable StreamSpec spec, List<String> there) {
    Map<String, @Nullable String> wanted = new HashMap<>();
    List<StreamSpec.ColumnSpec> named = spec == null ? null : spec.columns();
    if (named == null) {
      there.forEach(column -> wanted.put(column, null));
    } else {
      named.forEach(column -> wanted.put(column.name(), column.as()));
    }
    return wanted;
  }

  /** Key columns by name: the announced identity's, in the known key's order where it is that. */
  static List<String> key(Relation relation, StreamSchema known, List<Column> columns) {
    List<String> there = columns.stream().map(Column::name).toList();
    List<String> fallback = known.key().stream().filter(there::contains).toList();
    if (relation.identity() == ReplicaIdentity.FULL
        || relation.identity() == ReplicaIdentity.NOTHING) {
      return fallback;
    }
    List<String> flagged =
        relation.columns().stream()
            .filter(RelationColumn::identity)
            .map(RelationColumn::name)
            .filter(there::contains)
            .toList();
    boolean same = flagged.isEmpty() || new HashSet<>(flagged).equals(new HashSet<>(known.key()));
    return same ? fallback : flagged;
  }

  private List<Column> columns(Relation relation, StreamSchema known) {
    if (told) {
      List<Column> all =
          relation.columns().stream().flatMap(c -> before(c, known).stream()).toList();
      if (all.size() == relation.columns().size()) {
        return all;
      }
    }
    return columnsByCatalog(relation, known);
  }

  /** The column as it is known, where the log announces the same. */
  private static Optional<Column> before(RelationColumn announced, StreamSchema known) {
    int at = known.indexOf(announced.name());
    return Optional.ofNullable(at < 0 ? null : known.columns().get(at))
        .filter(c -> isOf(c.type(), announced));
  }

  private List<Column> columnsByCatalog(Relation relation, StreamSchema known) {
    try (Connection sql = sessions.sql()) {
      Optional<TableInfo> table = new CatalogReader(sql).table(relation.table());
      TypeCatalog types = new TypeCatalog(sql);
      List<Column> columns = new ArrayList<>();
      for (RelationColumn announced : relation.columns()) {
        Optional<Column> before = before(announced, known);
        Optional<ColumnInfo> now = table.flatMap(t -> t.column(announced.name()));
        columns.add(
            told && before.isPresent() ? before.get() : column(announced, before, now, types));
      }
      return columns;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading the columns of " + relation.table());
    }
  }

  private static Column column(
      RelationColumn announced,
      Optional<Column> before,
      Optional<ColumnInfo> now,
      TypeCatalog types)
      throws SQLException {
    Optional<ColumnInfo> fitting = now.filter(info -> isOf(info.type(), announced));
    PgType type;
    if (fitting.isPresent()) {
      type = fitting.get().type();
    } else if (before.isPresent()) {
      type = before.get().type();
    } else {
      type = type(announced, types);
    }
    // A catalog ahead of the log may forbid NULL where the log still has some.
    boolean nullable =
        (fitting.isEmpty() && before.isEmpty())
            || fitting.map(ColumnInfo::nullable).orElse(false)
            || before.map(Column::nullable).orElse(false);
    int attribute =
        fitting
            .map(ColumnInfo::attributeNumber)
            .or(() -> before.map(Column::attributeNumber))
            .orElse(0);
    return new Column(announced.name(), type, nullable, attribute, null);
  }

  private static PgType type(RelationColumn announced, TypeCatalog types) throws SQLException {
    try {
      return types.type(announced.typeOid(), announced.typmod(), 0);
    } catch (NoSuchElementException e) {
      // Dropped since; only its text form can still be read.
      return new PgType.Base(announced.typeOid(), "unknown", announced.typmod());
    }
  }

  private static boolean isOf(PgType type, RelationColumn announced) {
    return type.oid() == announced.typeOid() && typmod(type) == announced.typmod();
  }

  private static int typmod(PgType type) {
    return switch (type) {
      case PgType.Base base -> base.typmod();
      case PgType.Array array -> typmod(array.element());
      default -> -1;
    };
  }
}
