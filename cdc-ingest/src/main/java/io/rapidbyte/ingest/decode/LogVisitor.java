package io.rapidbyte.ingest.decode;

import io.rapidbyte.schemas.position.Lsn;
import java.util.List;

/**
 * Is told what a message of the log says. Tuples are views that live until the call returns.
 *
 * <p>Source of the format: PostgreSQL, "Logical Replication Message Formats".
 */
public interface LogVisitor {
  /**
   * A transaction begins.
   *
   * @param commit the LSN of its commit record ({@code final_lsn})
   * @param commitMicros commit time in microseconds since 1970
   */
  void begin(Lsn commit, long commitMicros, int xid);

  /** The transaction is complete; {@code end} is the LSN behind its commit record. */
  void commit(Lsn commit, Lsn end);

  /** A table's shape, before its next row. */
  void relation(Relation relation);

  /** A row was inserted. */
  void insert(int relationOid, Tuple row);

  /** A row was updated, and nothing of the old one is in the log. */
  void update(int relationOid, Tuple row);

  /** A row was updated; {@code oldKey} holds the old identity columns, other columns are null. */
  void updateWithKey(int relationOid, Tuple oldKey, Tuple row);

  /** A row of a table with REPLICA IDENTITY FULL was updated. */
  void updateWithOld(int relationOid, Tuple old, Tuple row);

  /** A row was deleted; {@code key} holds the identity columns, other columns are null. */
  void delete(int relationOid, Tuple key);

  /** A row of a table with REPLICA IDENTITY FULL was deleted. */
  void deleteOld(int relationOid, Tuple old);

  /** Tables were truncated, in this order. */
  void truncate(List<Integer> relationOids, boolean cascade, boolean restartIdentity);

  /** A logical message; outside of a transaction where {@code transactional} is false. */
  void message(boolean transactional, Lsn lsn, String prefix, byte[] content);

  /** The transaction came here by replication from elsewhere. */
  default void origin(Lsn commit, String name) {}

  /** A type that is not built in. */
  default void type(int oid, String schema, String name) {}
}
