package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.decode.Tuple;

/**
 * A tuple seen in the stream's columns: another order, some left out, unchanged values taken from
 * the old row where there is one. A view; one thread.
 */
public final class MappedTuple implements Tuple {
  private final int[] map;
  private Tuple row;
  private Tuple old;

  /**
   * A view of nothing yet.
   *
   * @param map for each column of the stream its place in the wire's tuple
   */
  public MappedTuple(int[] map, Tuple nothing) {
    this.map = map.clone();
    this.row = nothing;
    this.old = nothing;
  }

  /** Sees {@code tuple}. */
  public MappedTuple of(Tuple tuple) {
    row = tuple;
    old = tuple;
    return this;
  }

  /**
   * Sees {@code tuple}, its unchanged values as they stand in {@code oldRow} of the same message.
   */
  public MappedTuple of(Tuple tuple, Tuple oldRow) {
    row = tuple;
    old = oldRow;
    return this;
  }

  private Tuple holder(int wire) {
    return row.kind(wire) == UNCHANGED ? old : row;
  }

  @Override
  public int columns() {
    return map.length;
  }

  @Override
  public byte kind(int column) {
    int wire = map[column];
    return holder(wire).kind(wire);
  }

  @Override
  public byte[] bytes() {
    return row.bytes();
  }

  @Override
  public int offset(int column) {
    int wire = map[column];
    return holder(wire).offset(wire);
  }

  @Override
  public int length(int column) {
    int wire = map[column];
    return holder(wire).length(wire);
  }
}
