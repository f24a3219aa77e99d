package io.rapidbyte.ingest.catalog;

import io.rapidbyte.ingest.catalog.TableInfo.Partition;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the source's catalog. Needs no privilege beyond connecting. For one thread; the caller
 * keeps the connection open.
 *
 * <p>Reads in several statements: for one consistent picture beside DDL give it a connection inside
 * a REPEATABLE READ transaction.
 */
public final class CatalogReader {
  private static final String RELATIONS =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
             c.reltuples, c.relpages, c.reltoastrelid <> 0 AS toasts,
             CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) ELSE 0 END AS bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
        AND (c.relkind <> 'v' OR NOT EXISTS (
               SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))\
      """;

  private static final String PARTITIONS =
      """
      SELECT r.oid AS root, c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
             c.relreplident, c.reltuples, c.relpages, c.reltoastrelid <> 0 AS toasts,
             pg_relation_size(c.oid) AS bytes
      FROM unnest(?) r(oid) CROSS JOIN LATERAL pg_partition_tree(r.oid::regclass) t
      JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE t.isleaf AND c.relkind = 'r'
      ORDER BY n.nspname, c.relname\
      """;

  private final Connection connection;

  /** Reads through {@code connection}. */
  public CatalogReader(Connection connection) {
    this.connection = connection;
  }

  /**
   * Everything that can be streamed, and what looks so and cannot. Partitions do not appear: their
   * root stands for them.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the server does not answer
   */
  public Discovery discover() {
    try {
      return read("", null);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading the catalog");
    }
  }

  /**
   * One table, or empty where there is none of that name that can be streamed.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the server does not answer
   */
  public Optional<TableInfo> table(TableName name) {
    try {
      return read(" AND n.nspname = ? AND c.relname = ?", name).table(name);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading the catalog of " + name);
    }
  }

  private Discovery read(String condition, @Nullable TableName name) throws SQLException {
    Object[] arguments = name == null ? new Object[0] : new Object[] {name.schema(), name.table()};
    List<Relation> tables = new ArrayList<>();
    List<Discovery.Skipped> skipped = new ArrayList<>();
    for (Relation relation :
        Queries.all(connection, RELATIONS + condition, Relation::read, arguments)) {
      Optional<String> reason = relation.whyNot();
      if (reason.isPresent()) {
        skipped.add(new Discovery.Skipped(relation.name, reason.get()));
      } else {
        tables.add(relation);
      }
    }
    tables.sort(Comparator.comparing(Relation::name));
    skipped.sort(Comparator.comparing(Discovery.Skipped::name));
    return new Discovery(ServerVersion.of(connection), describe(tables), skipped);
  }

  private List<TableInfo> describe(List<Relation> tables) throws SQLException {
    Map<Integer, List<Relation>> leaves = leaves(tables);
    List<Long> oids = new ArrayList<>();
    tables.forEach(t -> oids.add(Integer.toUnsignedLong(t.oid)));
    leaves.values().forEach(of -> of.forEach(t -> oids.add(Integer.toUnsignedLong(t.oid))));
    IndexCatalog indexes = IndexCatalog.read(connection, oids);
    ColumnCatalog columns = ColumnCatalog.read(connection, oids);
    List<TableInfo> out = new ArrayList<>();
    for (Relation table : tables) {
      List<Relation> parts = leaves.getOrDefault(table.oid, List.of());
      boolean toasts = table.toasts || parts.stream().anyMatch(Relation::toasts);
      List<ColumnInfo> own = columns.of(table.oid, toasts);
      Identity identity = identity(table, own, indexes);
      List<Partition> different = new ArrayList<>();
      for (Relation part : parts) {
        Identity of = identity(part, own, indexes);
        if (!of.sameAs(identity)) {
          different.add(new Partition(part.name, of));
        }
      }
      TableInfo.Keys keys = new TableInfo.Keys(indexes.primaryKey(table.oid), identity, different);
      out.add(
          new TableInfo(table.name, table.oid, table.kind == 'p', own, keys, size(table, parts)));
    }
    return out;
  }

  private static Identity identity(Relation table, List<ColumnInfo> columns, IndexCatalog indexes) {
    return new Identity(
        table.identity,
        switch (table.identity) {
          case FULL -> columns.stream().map(ColumnInfo::name).toList();
          case DEFAULT -> indexes.defaultIdentity(table.oid);
          case INDEX -> indexes.chosenIdentity(table.oid);
          case NOTHING -> List.of();
        });
  }

  private Map<Integer, List<Relation>> leaves(List<Relation> tables) throws SQLException {
    List<Long> roots =
        tables.stream().filter(t -> t.kind == 'p').map(t -> Integer.toUnsignedLong(t.oid)).toList();
    Map<Integer, List<Relation>> leaves = new HashMap<>();
    if (!roots.isEmpty()) {
      Queries.all(
          connection,
          PARTITIONS,
          row ->
              leaves
                  .computeIfAbsent(Queries.oid(row, "root"), root -> new ArrayList<>())
                  .add(Relation.read(row)),
          roots);
    }
    return leaves;
  }

  private static TableInfo.Size size(Relation table, List<Relation> parts) {
    long rows = table.estimatedRows();
    long pages = table.pages();
    for (Relation part : parts) {
      rows += part.estimatedRows();
      pages += part.pages();
    }
    return new TableInfo.Size(rows, pages);
  }

  /** A row of pg_class. */
  private record Relation(
      TableName name,
      int oid,
      char kind,
      char persistence,
      ReplicaIdentity identity,
      boolean toasts,
      Statistics statistics) {
    static Relation read(ResultSet row) throws SQLException {
      return new Relation(
          new TableName(row.getString("nspname"), row.getString("relname")),
          Queries.oid(row, "oid"),
          Queries.letter(row, "relkind"),
          Queries.letter(row, "relpersistence"),
          ReplicaIdentity.of(Queries.letter(row, "relreplident")),
          row.getBoolean("toasts"),
          new Statistics(
              row.getDouble("reltuples"), row.getLong("relpages"), row.getLong("bytes")));
    }

    Optional<String> whyNot() {
      if (kind == 'v' || kind == 'm') {
        return Optional.of("is a view: stream the tables below it");
      } else if (kind == 'f') {
        return Optional.of("is a foreign table: its rows change elsewhere");
      } else if (persistence == 'u') {
        return Optional.of("is unlogged: its changes are not in the log");
      } else if (persistence == 't') {
        return Optional.of("is temporary: its changes are not in the log");
      }
      return Optional.empty();
    }

    long pages() {
      return (statistics.bytes + Statistics.PAGE - 1) / Statistics.PAGE;
    }

    long estimatedRows() {
      return Math.round(pages() * statistics.rowsPerPage());
    }
  }

  /** As VACUUM and ANALYZE last left them; the size is today's. */
  private record Statistics(double rows, long pages, long bytes) {
    static final long PAGE = 8192;

    /** For a table never analysed: rows of some 100 bytes. */
    static final double UNKNOWN_DENSITY = 80;

    double rowsPerPage() {
      return rows < 0 || pages <= 0 ? UNKNOWN_DENSITY : rows / pages;
    }
  }
}
