package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.stream.ReplicaIdentity;
import java.util.Collection;
import java.util.List;

/**
 * What the log holds of a table's old rows.
 *
 * @param kind as declared
 * @param columns those that the log holds: the index's or key's in its order, all under FULL; empty
 *     where nothing is held, as by DEFAULT without a primary key or with a deferrable one
 */
public record Identity(ReplicaIdentity kind, List<String> columns) {
  public Identity {
    columns = List.copyOf(columns);
  }

  /** Whether the log holds the whole old row. */
  public boolean isFull() {
    return kind == ReplicaIdentity.FULL;
  }

  /** Whether Postgres lets an UPDATE or DELETE of a published table pass. */
  public boolean identifies() {
    return isFull() || !columns.isEmpty();
  }

  /** Whether the log's old row has all of {@code names}. */
  public boolean covers(Collection<String> names) {
    return isFull() || columns.containsAll(names);
  }

  /** Whether old rows look alike on the wire. */
  boolean sameAs(Identity other) {
    return isFull() == other.isFull() && columns.equals(other.columns);
  }
}
