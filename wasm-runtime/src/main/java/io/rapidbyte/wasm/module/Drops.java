package io.rapidbyte.wasm.module;

/** What it means that a row that went into a transform does not come out. */
public enum Drops {
  /** The row is not to be there: the delete of its key is owed. */
  ROW("row"),
  /** The change is not to be seen: nothing is owed. */
  CHANGE("change");

  private final String label;

  Drops(String label) {
    this.label = label;
  }

  /** As the manifest says it. */
  public String label() {
    return label;
  }
}
