package io.rapidbyte.sink.destination;

/** What a reader of a destination may rely on. */
public enum Guarantee {
  /** Data and offset share a transaction: each change has its effect once. */
  EXACTLY_ONCE,
  /** Changes may come again, and coming again changes nothing. */
  IDEMPOTENT,
  /** Changes may come again, and then count again. */
  AT_LEAST_ONCE;

  /** The guarantee as {@code check} prints it. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
