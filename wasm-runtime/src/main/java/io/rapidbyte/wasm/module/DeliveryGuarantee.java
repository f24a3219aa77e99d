package io.rapidbyte.wasm.module;

/** What a destination says of batches that come again, as they may after a crash. */
public enum DeliveryGuarantee {
  /** They are delivered again, and count again. */
  AT_LEAST_ONCE("at-least-once"),
  /** A delivery's key is the same when it comes again, and what has its key counts once. */
  IDEMPOTENT("idempotent"),
  /**
   * The token of {@code rb_commit} is stored with the data, and {@code rb_resume} answers the last
   * one: nothing comes again.
   */
  EXACTLY_ONCE("exactly-once");

  private final String label;

  DeliveryGuarantee(String label) {
    this.label = label;
  }

  /** As the manifest says it. */
  public String label() {
    return label;
  }
}
