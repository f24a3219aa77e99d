package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import java.util.Arrays;

/** A row that outlives the message it came in. Immutable. */
final class RowImage implements Tuple {
  private final byte[] kinds;
  private final int[] ends;
  private final byte[] bytes;

  private RowImage(byte[] kinds, int[] ends, byte[] bytes) {
    this.kinds = kinds;
    this.ends = ends;
    this.bytes = bytes;
  }

  /** A copy of the first {@code columns} columns of {@code row}. */
  static RowImage of(Tuple row, int columns) {
    return merged(row, row, columns);
  }

  /** {@code newer}'s columns, with {@code older}'s where {@code newer} left them out. */
  static RowImage merged(Tuple newer, Tuple older, int columns) {
    byte[] kinds = new byte[columns];
    int[] ends = new int[columns];
    int size = 0;
    for (int i = 0; i < columns; i++) {
      Tuple source = source(newer, older, i);
      kinds[i] = source.kind(i);
      size += source.length(i);
      ends[i] = size;
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < columns; i++) {
      Tuple source = source(newer, older, i);
      int length = source.length(i);
      if (length > 0) {
        System.arraycopy(source.bytes(), source.offset(i), bytes, ends[i] - length, length);
      }
    }
    return new RowImage(kinds, ends, bytes);
  }

  private static Tuple source(Tuple newer, Tuple older, int column) {
    return newer.kind(column) == UNCHANGED ? older : newer;
  }

  /** Whether every column's value is there. */
  boolean isWhole() {
    for (byte kind : kinds) {
      if (kind == UNCHANGED) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of memory, roughly. */
  int size() {
    return 64 + bytes.length + 5 * kinds.length;
  }

  @Override
  public int columns() {
    return kinds.length;
  }

  @Override
  public byte kind(int column) {
    return kinds[column];
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int offset(int column) {
    return column == 0 ? 0 : ends[column - 1];
  }

  @Override
  public int length(int column) {
    return ends[column] - offset(column);
  }

  @Override
  public String toString() {
    return Arrays.toString(kinds) + " " + bytes.length + " bytes";
  }
}
