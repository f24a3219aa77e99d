package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A publication as the server has it.
 *
 * @param oid {@code pg_publication.oid}; one that was dropped and created again has another
 * @param scope whether it names its tables
 * @param owned whether this role may alter it
 * @param options what it publishes, and how
 */
record PublicationState(
    long oid, Scope scope, boolean owned, Options options, Map<TableName, Entry> tables) {
  /** What a publication is made for. */
  enum Scope {
    TABLES,
    /** Whole schemas too. */
    SCHEMAS,
    ALL_TABLES
  }

  /** The switches that matter. */
  record Options(
      boolean insert,
      boolean update,
      boolean delete,
      boolean truncate,
      boolean viaRoot,
      boolean generated) {
    /** Whether inserts, or all changes, come through. */
    boolean publishes(boolean insertsAlone) {
      return insert && viaRoot && (insertsAlone || (update && delete && truncate));
    }

    boolean fit(Publication declared, ServerVersion server) {
      boolean changes = !declared.insertsOnly();
      return insert
          && update == changes
          && delete == changes
          && truncate == changes
          && viaRoot
          && generated == server.publishesGenerated();
    }
  }

  /** A table in it; the condition as Postgres prints it. */
  record Entry(Set<String> columns, Optional<String> where) {}

  PublicationState {
    tables = Map.copyOf(tables);
  }

  static Optional<PublicationState> read(Connection connection, ServerVersion server, String name)
      throws SQLException {
    String generated = server.publishesGenerated() ? "p.pubgencols = 's'" : "false";
    String schemas =
        server.publishesParts()
            ? "EXISTS (SELECT FROM pg_publication_namespace s WHERE s.pnpubid = p.oid)"
            : "false";
    String sql =
        """
        SELECT p.oid, p.puballtables, %s AS schemas, pg_has_role(p.pubowner, 'USAGE') AS owned,
               p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot, %s AS generated
        FROM pg_publication p WHERE p.pubname = ?\
        """
            .formatted(schemas, generated);
    Map<TableName, Entry> tables = tables(connection, server, name);
    return Queries.all(connection, sql, row -> read(row, tables), name).stream().findFirst();
  }

  private static PublicationState read(ResultSet row, Map<TableName, Entry> tables)
      throws SQLException {
    Scope scope =
        row.getBoolean("puballtables")
            ? Scope.ALL_TABLES
            : row.getBoolean("schemas") ? Scope.SCHEMAS : Scope.TABLES;
    Options options =
        new Options(
            row.getBoolean("pubinsert"),
            row.getBoolean("pubupdate"),
            row.getBoolean("pubdelete"),
            row.getBoolean("pubtruncate"),
            row.getBoolean("pubviaroot"),
            row.getBoolean("generated"));
    return new PublicationState(
        row.getLong("oid"), scope, row.getBoolean("owned"), options, tables);
  }

  private static Map<TableName, Entry> tables(
      Connection connection, ServerVersion server, String publication) throws SQLException {
    String parts =
        server.publishesParts()
            ? """
            ARRAY (SELECT a.attname::text FROM unnest(r.prattrs::int2[]) k(attnum)
                   JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = k.attnum)
              AS columns, pg_get_expr(r.prqual, r.prrelid) AS condition\
            """
            : "NULL::text[] AS columns, NULL::text AS condition";
    String sql =
        """
        SELECT n.nspname, c.relname, %s
        FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
        JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE p.pubname = ?\
        """
            .formatted(parts);
    Map<TableName, Entry> tables = new TreeMap<>();
    Queries.all(
        connection,
        sql,
        row ->
            tables.put(
                new TableName(row.getString("nspname"), row.getString("relname")),
                new Entry(
                    Set.copyOf(Queries.texts(row, "columns")),
                    Optional.ofNullable(row.getString("condition")))),
        publication);
    return tables;
  }

  /** The tables in it, by name. */
  List<TableName> names() {
    return tables.keySet().stream().sorted().toList();
  }
}
