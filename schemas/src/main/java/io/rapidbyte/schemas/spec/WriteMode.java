package io.rapidbyte.schemas.spec;

/** What a destination makes of changes. */
public enum WriteMode {
  /** One row a key, the newest. */
  UPSERT,
  /** Every change is a row: the change log. */
  APPEND,
  /** One row a version of a key, with the span of its validity. */
  HISTORY,
  /** As upsert, but deleted rows stay, marked. */
  SOFT_DELETE;

  /** The word in pipeline.yaml. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
