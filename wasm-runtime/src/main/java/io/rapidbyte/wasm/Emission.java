package io.rapidbyte.wasm;

/**
 * What a guest emitted in a call. The array is the receiver's.
 *
 * @param route the name of a topic that the pipeline routes to; empty for the stream's own
 */
@SuppressWarnings("ArrayRecordComponent") // a batch is not copied once more
public record Emission(Kind kind, byte[] bytes, String route) {
  /** What the bytes are. */
  public enum Kind {
    /** An Arrow IPC stream whose schema matters: the answer to {@code rb_schema}. */
    SCHEMA(1),
    /** An Arrow IPC stream of one batch. */
    BATCH(2),
    /** JSON: a destination's answer. */
    ANSWER(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** As the guest says it. */
    public int number() {
      return number;
    }
  }
}
