package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a stream's rows lie: its table, or each leaf of a partitioned one.
 *
 * @param oid of the table or leaf
 * @param fileNode the file that holds the rows that the session's snapshot sees; another one since
 *     then means that the table was rewritten or truncated, and that pages are no longer what they
 *     were
 * @param pages how many there are now
 * @param rows as statistics have it, -1 where they have nothing
 */
record TablePages(int oid, TableName table, int leaf, long fileNode, long pages, long rows) {
  /** The leaves of a table, in a fixed order; the connection is in a transaction. */
  static List<TablePages> of(Connection connection, int relationOid) throws SQLException {
    List<TablePages> leaves = new ArrayList<>();
    // pg_class is read under the session's snapshot, the functions see the present.
    String query =
        """
        SELECT c.oid, n.nspname, c.relname, c.relfilenode, c.reltuples::bigint,
               pg_relation_size(c.oid) / current_setting('block_size')::bigint
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = %1$d OR c.oid IN (SELECT relid FROM pg_partition_tree(%1$d) WHERE isleaf)
        ORDER BY c.oid\
        """
            .formatted(Integer.toUnsignedLong(relationOid));
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet row = statement.executeQuery()) {
      int leaf = 0;
      while (row.next()) {
        int oid = (int) row.getLong(1);
        long fileNode = row.getLong(4);
        if (fileNode != 0) {
          int number = oid == relationOid ? -1 : leaf++;
          TableName name = new TableName(row.getString(2), row.getString(3));
          leaves.add(new TablePages(oid, name, number, fileNode, row.getLong(6), row.getLong(5)));
        }
      }
    }
    return leaves;
  }
}
