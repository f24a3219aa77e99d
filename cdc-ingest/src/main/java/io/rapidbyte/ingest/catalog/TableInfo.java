package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.stream.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A table that can be streamed: an ordinary one, or a partitioned root, which stands for all its
 * partitions.
 *
 * @param oid {@code pg_class.oid}, unsigned
 * @param columns in the source's order
 */
public record TableInfo(
    TableName name, int oid, boolean partitioned, List<ColumnInfo> columns, Keys keys, Size size) {

  /**
   * What identifies a row.
   *
   * @param primaryKey in key order; empty where there is none
   * @param identity the table's own, which the wire announces
   * @param partitions of a partitioned root those that hold rows and whose identity differs from
   *     the root's; a partition's own decides what the log holds
   */
  public record Keys(List<String> primaryKey, Identity identity, List<Partition> partitions) {
    public Keys {
      primaryKey = List.copyOf(primaryKey);
      partitions = List.copyOf(partitions);
    }
  }

  /** A partition that holds rows. */
  public record Partition(TableName name, Identity identity) {}

  /**
   * How large it is, roughly; a root's is the sum of its partitions'.
   *
   * @param rows by the planner's statistics, or a guess by size where there are none
   * @param pages of 8 KiB
   */
  public record Size(long rows, long pages) {}

  public TableInfo {
    columns = List.copyOf(columns);
  }

  /** The column of that name. */
  public Optional<ColumnInfo> column(String column) {
    return columns.stream().filter(c -> c.name().equals(column)).findFirst();
  }

  /** The table's identity and its partitions', where they differ. */
  public List<Identity> identities() {
    return Stream.concat(
            Stream.of(keys.identity()), keys.partitions().stream().map(Partition::identity))
        .toList();
  }

  /** Whether every old row in the log has all of {@code names}. */
  public boolean identityCovers(Collection<String> names) {
    return identities().stream().allMatch(identity -> identity.covers(names));
  }

  /** Whether every UPDATE and DELETE has an identity to be published by. */
  public boolean identifies() {
    return identities().stream().allMatch(Identity::identifies);
  }

  /** Whether the log holds whole old rows. */
  public boolean isFull() {
    return identities().stream().allMatch(Identity::isFull);
  }
}
