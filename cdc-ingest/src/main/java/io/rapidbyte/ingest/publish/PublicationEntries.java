package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which entry of which publication each table has. A table that somebody takes out and puts back
 * looks as before, but its changes in between are in nobody's log; its entry, though, is another.
 */
public final class PublicationEntries {
  /** Another row of the publication's own: other switches, which hold for all its tables. */
  private static final String ENTRIES =
      """
      SELECT n.nspname, c.relname,
             string_agg(p.oid || '.' || p.xmin || '.' || r.oid, ' ' ORDER BY p.oid) AS entry
      FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
      JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE p.pubname = ANY (string_to_array(?, chr(10)))
      GROUP BY 1, 2\
      """;

  private PublicationEntries() {}

  /**
   * The entries of all tables in these publications: by table, in words that are equal where nobody
   * has altered how the table is published.
   */
  public static Map<String, String> read(Connection connection, List<String> publications) {
    Map<String, String> entries = new TreeMap<>();
    try {
      Queries.all(
          connection,
          ENTRIES,
          row -> {
            TableName table = new TableName(row.getString("nspname"), row.getString("relname"));
            return entries.put(table.toString(), row.getString("entry"));
          },
          String.join("\n", publications));
      return entries;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "looking at publications");
    }
  }
}
