package io.rapidbyte.ingest.differential;

/** A column's value in a change, as a reader of the log hands it out. */
sealed interface Cell {
  /** A value, as Postgres prints it. */
  record Text(String value) implements Cell {
    @Override
    public String toString() {
      return value.length() > 120 ? value.substring(0, 120) + "… " + value.length() : value;
    }
  }

  /** NULL. */
  record Null() implements Cell {
    @Override
    public String toString() {
      return "NULL";
    }
  }

  /** A large value that did not change and is not in the log. */
  record Unchanged() implements Cell {
    @Override
    public String toString() {
      return "(unchanged)";
    }
  }
}
