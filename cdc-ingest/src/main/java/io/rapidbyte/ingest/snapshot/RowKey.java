package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import java.util.Arrays;

/**
 * A row's key as the wire has it. Two rows have the same key where their bytes are the same, which
 * is also how Postgres tells whether an update changed the key.
 */
final class RowKey {
  private final byte[] image;
  private final int hash;

  private RowKey(byte[] image) {
    this.image = image;
    this.hash = Arrays.hashCode(image);
  }

  /** The key in {@code row}, whose key columns stand at {@code columns}. */
  static RowKey of(Tuple row, int[] columns) {
    int size = 0;
    for (int column : columns) {
      size += 5 + row.length(column);
    }
    byte[] image = new byte[size];
    int at = 0;
    for (int column : columns) {
      int length = row.length(column);
      image[at++] = row.kind(column);
      image[at++] = (byte) (length >>> 24);
      image[at++] = (byte) (length >>> 16);
      image[at++] = (byte) (length >>> 8);
      image[at++] = (byte) length;
      if (length > 0) {
        System.arraycopy(row.bytes(), row.offset(column), image, at, length);
        at += length;
      }
    }
    return new RowKey(image);
  }

  /** Whether its first value is in its type's text form. */
  boolean isText() {
    return image.length > 0 && image[0] == Tuple.TEXT;
  }

  /** Hands each value to {@code sink}, in key order. */
  void forEach(ValueSink sink) {
    int at = 0;
    while (at < image.length) {
      int length =
          ((image[at + 1] & 0xFF) << 24)
              | ((image[at + 2] & 0xFF) << 16)
              | ((image[at + 3] & 0xFF) << 8)
              | (image[at + 4] & 0xFF);
      sink.value(image[at], image, at + 5, length);
      at += 5 + length;
    }
  }

  /** Takes a key's values. */
  interface ValueSink {
    /** A value; {@code kind} is {@link Tuple#kind}'s. */
    void value(byte kind, byte[] bytes, int offset, int length);
  }

  /** A row of which only the key is known, its columns at {@code places} of {@code columns}. */
  Tuple row(int columns, int[] places) {
    byte[] kinds = new byte[columns];
    Arrays.fill(kinds, Tuple.NULL);
    int[] offsets = new int[columns];
    int[] lengths = new int[columns];
    int[] next = {0};
    forEach(
        (kind, bytes, offset, length) -> {
          int place = places[next[0]++];
          kinds[place] = kind;
          offsets[place] = offset;
          lengths[place] = length;
        });
    return new KeyRow(kinds, image, offsets, lengths);
  }

  @SuppressWarnings("ArrayRecordComponent") // a view, never compared
  private record KeyRow(byte[] kinds, byte[] bytes, int[] offsets, int[] lengths) implements Tuple {
    @Override
    public int columns() {
      return kinds.length;
    }

    @Override
    public byte kind(int column) {
      return kinds[column];
    }

    @Override
    public int offset(int column) {
      return offsets[column];
    }

    @Override
    public int length(int column) {
      return lengths[column];
    }
  }

  /** Bytes of memory, roughly. */
  int size() {
    return 48 + image.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowKey key && Arrays.equals(image, key.image);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return java.util.HexFormat.of().formatHex(image);
  }
}
