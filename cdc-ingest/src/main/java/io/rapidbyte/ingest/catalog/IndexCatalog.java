package io.rapidbyte.ingest.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Primary keys and replica identity indexes of some tables, by OID. */
final class IndexCatalog {
  private static final String INDEXES =
      """
      SELECT i.indrelid, i.indisprimary, i.indisreplident AND i.indisvalid AS chosen,
             i.indimmediate,
             ARRAY (SELECT a.attname::text
                    FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns
      FROM pg_index i
      WHERE i.indrelid = ANY (?) AND (i.indisprimary OR i.indisreplident)\
      """;

  private record Index(
      int table, boolean primary, boolean chosen, boolean immediate, List<String> columns) {}

  private final Map<Integer, Index> primary = new HashMap<>();
  private final Map<Integer, Index> chosen = new HashMap<>();

  private IndexCatalog() {}

  static IndexCatalog read(Connection connection, Collection<Long> tables) throws SQLException {
    IndexCatalog catalog = new IndexCatalog();
    for (Index index :
        Queries.all(
            connection,
            INDEXES,
            row ->
                new Index(
                    Queries.oid(row, "indrelid"),
                    row.getBoolean("indisprimary"),
                    row.getBoolean("chosen"),
                    row.getBoolean("indimmediate"),
                    Queries.texts(row, "columns")),
            tables)) {
      if (index.primary) {
        catalog.primary.put(index.table, index);
      }
      if (index.chosen) {
        catalog.chosen.put(index.table, index);
      }
    }
    return catalog;
  }

  List<String> primaryKey(int table) {
    return columns(primary.get(table));
  }

  /** The primary key's columns, unless it is deferrable: Postgres then logs no old row. */
  List<String> defaultIdentity(int table) {
    Index index = primary.get(table);
    return index != null && index.immediate ? index.columns : List.of();
  }

  List<String> chosenIdentity(int table) {
    return columns(chosen.get(table));
  }

  private static List<String> columns(@org.jspecify.annotations.Nullable Index index) {
    return index == null ? List.of() : index.columns;
  }
}
