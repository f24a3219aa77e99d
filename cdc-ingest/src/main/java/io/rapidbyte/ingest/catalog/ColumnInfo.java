package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.condition.Ordering;
import io.rapidbyte.schemas.type.PgType;

/**
 * A column as the catalog describes it.
 *
 * @param nullable whether the column itself allows NULL
 * @param attributeNumber {@code pg_attribute.attnum}
 * @param toastable whether a value may be stored out of line, and hence be missing from the log
 *     where it did not change
 */
public record ColumnInfo(
    String name,
    PgType type,
    boolean nullable,
    int attributeNumber,
    Generated generated,
    Ordering ordering,
    boolean toastable) {

  /** Whether the server computes the column. */
  public enum Generated {
    NO,
    /** Computed when written. Published from PostgreSQL 18 on. */
    STORED,
    /** Computed when read. Never published. */
    VIRTUAL
  }

  /** Whether logical replication on {@code version} can carry the column. */
  public boolean streamable(ServerVersion version) {
    return switch (generated) {
      case NO -> true;
      case STORED -> version.publishesGenerated();
      case VIRTUAL -> false;
    };
  }
}
