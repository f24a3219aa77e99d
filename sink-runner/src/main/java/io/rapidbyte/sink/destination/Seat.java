package io.rapidbyte.sink.destination;

/**
 * Where a destination that lost its place goes on.
 *
 * @param nextOffset where the generation begins in the partition, or before
 * @param generation newer than any that the destination holds; what is older is not for it
 */
public record Seat(long nextOffset, int generation) {}
