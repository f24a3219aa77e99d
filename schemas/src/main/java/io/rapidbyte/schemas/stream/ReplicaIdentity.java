package io.rapidbyte.schemas.stream;

/** What Postgres logs of the old row on UPDATE and DELETE ({@code pg_class.relreplident}). */
public enum ReplicaIdentity {
  /** The primary key's columns. */
  DEFAULT('d'),
  /** The columns of a chosen unique index. */
  INDEX('i'),
  /** The whole old row. */
  FULL('f'),
  /** Nothing: a published UPDATE or DELETE fails in the application. */
  NOTHING('n');

  private final char code;

  ReplicaIdentity(char code) {
    this.code = code;
  }

  /** The catalog's letter, which is also the one in pgoutput's RELATION message. */
  public char code() {
    return code;
  }

  /** The identity that the catalog or the wire names by {@code code}. */
  public static ReplicaIdentity of(char code) {
    for (ReplicaIdentity identity : values()) {
      if (identity.code == code) {
        return identity;
      }
    }
    throw new IllegalArgumentException("unknown replica identity: " + code);
  }
}
