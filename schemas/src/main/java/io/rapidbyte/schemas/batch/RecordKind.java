package io.rapidbyte.schemas.batch;

/** What a record of a stream topic is; the header {@code rb-kind}. */
public enum RecordKind {
  /** Changes from the log. */
  CHANGE("change"),
  /** Rows that a snapshot read. */
  SNAPSHOT("snapshot"),
  /** The stream's columns change here; the value is a batch without rows in the new schema. */
  SCHEMA("schema"),
  /** The table was truncated; the value is a batch without rows. */
  TRUNCATE("truncate"),
  /** The snapshot of the record's generation is complete; the value is a batch without rows. */
  SNAPSHOT_END("snapshot-end"),
  /** Dead letters on their way back; they keep their positions. */
  REPLAY("replay");

  private final String label;

  RecordKind(String label) {
    this.label = label;
  }

  /** The header's value. */
  public String label() {
    return label;
  }

  /** Whether the value is a batch of rows; else it tells of the stream, and the batch is empty. */
  public boolean hasRows() {
    return switch (this) {
      case CHANGE, SNAPSHOT, REPLAY -> true;
      case SCHEMA, TRUNCATE, SNAPSHOT_END -> false;
    };
  }

  /** The kind that a header names. */
  public static RecordKind of(String label) {
    for (RecordKind kind : values()) {
      if (kind.label.equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown rb-kind: " + label);
  }
}
