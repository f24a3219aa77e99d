package io.rapidbyte.wasm.module;

import java.util.List;

/** What a module is for, and by that which functions it has. */
public enum Role {
  /** Takes batches and gives batches. */
  TRANSFORM("transform", List.of("rb_schema", "rb_transform")),
  /** Writes batches to where they are to stay. */
  DESTINATION(
      "destination",
      List.of("rb_prepare", "rb_resume", "rb_begin", "rb_write", "rb_commit", "rb_abort"));

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> exports;

  Role(String label, List<String> exports) {
    this.label = label;
    this.exports = exports;
  }

  /** As the manifest says it. */
  public String label() {
    return label;
  }

  /** The functions that this role needs besides those of every module. */
  public List<String> exports() {
    return exports;
  }
}
