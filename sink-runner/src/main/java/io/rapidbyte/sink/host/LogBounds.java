package io.rapidbyte.sink.host;

/**
 * What a partition of a topic holds.
 *
 * @param start the first offset that retention has left
 * @param end the offset behind the last committed record
 */
record LogBounds(long start, long end) {}
