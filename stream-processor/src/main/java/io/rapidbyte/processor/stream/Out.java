package io.rapidbyte.processor.stream;

/**
 * A record on its way out, beside its key and headers.
 *
 * @param partition {@link #BY_KEY} where the key decides
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are carried, never compared
record Out(String topic, int partition, byte[] value) {
  static final int BY_KEY = -1;
}
