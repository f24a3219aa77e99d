package io.rapidbyte.ingest.catalog;

import io.rapidbyte.ingest.catalog.ColumnInfo.Generated;
import io.rapidbyte.schemas.condition.Ordering;
import io.rapidbyte.schemas.type.PgType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Columns of some tables, by the table's OID. */
final class ColumnCatalog {
  private static final String COLUMNS =
      """
      SELECT a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attndims, a.attnotnull,
             a.attgenerated, a.attlen, a.attstorage,
             CASE WHEN a.attcollation = 0 THEN 'n'
                  WHEN NOT o.collisdeterministic THEN 'i'
                  WHEN o.collname IN ('C', 'POSIX') AND o.collnamespace = 'pg_catalog'::regnamespace
                    OR o.collprovider = 'c' AND o.collcollate IN ('C', 'POSIX')
                    OR o.collprovider = 'd' AND d.datcollate IN ('C', 'POSIX') AND by_libc THEN 'b'
                  ELSE 'l' END AS ordering
      FROM pg_attribute a LEFT JOIN pg_collation o ON o.oid = a.attcollation
      JOIN pg_database d ON d.datname = current_database()
      WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum\
      """;

  /** Before 15 a database's collation always came from libc. */
  private static final String BY_LIBC = "d.datlocprovider = 'c'";

  /** A value is never moved out of line where the pointer would be as large. */
  private static final int POINTER_BYTES = 24;

  private static final int HEADER_BYTES = 4;
  private static final int NUMERIC_HEADER_BYTES = 8;

  private static final int NUMERIC = 1700;
  private static final int BPCHAR = 1042;
  private static final int VARCHAR = 1043;

  private record Row(int table, ColumnInfo whereToasted, boolean variable) {}

  private final Map<Integer, List<Row>> columns = new HashMap<>();

  private ColumnCatalog() {}

  static ColumnCatalog read(Connection connection, Collection<Long> tables) throws SQLException {
    TypeCatalog types = new TypeCatalog(connection);
    types.load(
        Queries.all(
            connection,
            "SELECT DISTINCT atttypid FROM pg_attribute"
                + " WHERE attrelid = ANY (?) AND attnum > 0 AND NOT attisdropped",
            row -> Queries.oid(row, "atttypid"),
            tables));
    String byProvider = ServerVersion.of(connection).major() >= 15 ? BY_LIBC : "true";
    ColumnCatalog catalog = new ColumnCatalog();
    for (Row row :
        Queries.all(
            connection,
            COLUMNS.replace("by_libc", byProvider),
            result -> read(result, types),
            tables)) {
      catalog.columns.computeIfAbsent(row.table, table -> new ArrayList<>()).add(row);
    }
    return catalog;
  }

  /** A table's columns, in its order; {@code toasts} says whether it has a TOAST table at all. */
  List<ColumnInfo> of(int table, boolean toasts) {
    return columns.getOrDefault(table, List.of()).stream()
        .map(row -> toasts && row.variable ? row.whereToasted : plain(row.whereToasted))
        .toList();
  }

  private static ColumnInfo plain(ColumnInfo c) {
    return new ColumnInfo(
        c.name(), c.type(), c.nullable(), c.attributeNumber(), c.generated(), c.ordering(), false);
  }

  private static Row read(ResultSet row, TypeCatalog types) throws SQLException {
    PgType type =
        types.type(Queries.oid(row, "atttypid"), row.getInt("atttypmod"), row.getInt("attndims"));
    Generated generated =
        switch (Queries.letter(row, "attgenerated")) {
          case 's' -> Generated.STORED;
          case 'v' -> Generated.VIRTUAL;
          default -> Generated.NO;
        };
    boolean variable =
        row.getInt("attlen") == -1
            && Queries.letter(row, "attstorage") != 'p'
            && largest(type) > POINTER_BYTES;
    ColumnInfo column =
        new ColumnInfo(
            row.getString("attname"),
            type,
            !row.getBoolean("attnotnull"),
            row.getInt("attnum"),
            generated,
            ordering(Queries.letter(row, "ordering")),
            true);
    return new Row(Queries.oid(row, "attrelid"), column, variable);
  }

  private static Ordering ordering(char letter) {
    return switch (letter) {
      case 'b' -> Ordering.BYTES;
      case 'l' -> Ordering.LOCALE;
      case 'i' -> Ordering.NONDETERMINISTIC;
      default -> Ordering.NONE;
    };
  }

  /** The most bytes a value takes, as Postgres's own {@code type_maximum_size} reckons it. */
  private static long largest(PgType type) {
    if (!(type.unwrapped() instanceof PgType.Base base) || base.typmod() < HEADER_BYTES) {
      return Long.MAX_VALUE;
    }
    return switch (base.oid()) {
      case VARCHAR, BPCHAR -> HEADER_BYTES + 4L * (base.typmod() - HEADER_BYTES);
      case NUMERIC -> {
        int precision = (base.typmod() - HEADER_BYTES) >>> 16 & 0xFFFF;
        yield NUMERIC_HEADER_BYTES + 2L * ((precision + 6) / 4);
      }
      default -> Long.MAX_VALUE;
    };
  }
}
