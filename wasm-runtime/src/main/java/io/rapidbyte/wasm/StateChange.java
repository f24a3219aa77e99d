package io.rapidbyte.wasm;

/** One change of a guest's state. The arrays are the receiver's. */
@SuppressWarnings("ArrayRecordComponent") // handed over, not shared
public sealed interface StateChange {
  /** The key. */
  byte[] key();

  /** The key is absent from now on. */
  record Delete(byte[] key) implements StateChange {}

  /**
   * The key has this value.
   *
   * @param expiresAtMillis from then on it is absent, in the time of batches; {@link
   *     Long#MAX_VALUE} means never
   */
  record Put(byte[] key, byte[] value, long expiresAtMillis) implements StateChange {}
}
