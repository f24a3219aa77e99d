package io.rapidbyte.schemas.error;

/** How much a failure concerns. */
public enum Scope {
  /** The whole stream stops. */
  STREAM,
  /** A batch; may be bisected to its rows. */
  BATCH,
  /** One row; it can go to the dead letters while the rest passes. */
  RECORD;

  /** The scope as it stands in documents. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
