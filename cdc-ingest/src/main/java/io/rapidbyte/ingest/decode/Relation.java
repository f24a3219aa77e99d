package io.rapidbyte.ingest.decode;

import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;

/**
 * A table as the log announces it before its next row; it holds until the next announcement of the
 * same {@code oid}.
 *
 * @param oid {@code pg_class.oid}, of the partition root where the publication publishes via root
 * @param columns the published columns, in attribute order
 */
public record Relation(
    int oid, TableName table, ReplicaIdentity identity, List<RelationColumn> columns) {
  public Relation {
    columns = List.copyOf(columns);
  }

  /**
   * A published column.
   *
   * @param identity whether it is part of the replica identity
   */
  public record RelationColumn(String name, int typeOid, int typmod, boolean identity) {}
}
