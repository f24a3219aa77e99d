package io.rapidbyte.wasm;

/** What a guest's number means. */
public enum MetricKind {
  /** Added to what was there. */
  COUNTER(0),
  /** In place of what was there. */
  GAUGE(1),
  /** One of many, to be told by its distribution. */
  HISTOGRAM(2);

  private final int number;

  MetricKind(int number) {
    this.number = number;
  }

  /** As the guest says it. */
  public int number() {
    return number;
  }
}
