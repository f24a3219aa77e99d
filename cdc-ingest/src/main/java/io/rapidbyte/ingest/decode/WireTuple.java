package io.rapidbyte.ingest.decode;

/**
 * A tuple in place: offsets into a message, in arrays that grow to the widest row and are used
 * again. One thread.
 */
final class WireTuple implements Tuple {
  private static final int FIRST_CAPACITY = 32;
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int columns;
  private byte[] kinds = new byte[FIRST_CAPACITY];
  private int[] offsets = new int[FIRST_CAPACITY];
  private int[] lengths = new int[FIRST_CAPACITY];

  /** Takes the tuple that begins where the cursor stands; the cursor moves behind it. */
  void read(WireCursor in) {
    bytes = in.bytes();
    columns = in.int16();
    if (columns > kinds.length) {
      kinds = new byte[columns];
      offsets = new int[columns];
      lengths = new int[columns];
    }
    for (int i = 0; i < columns; i++) {
      byte kind = in.int8();
      kinds[i] = kind;
      switch (kind) {
        case NULL, UNCHANGED -> {
          offsets[i] = in.position();
          lengths[i] = 0;
        }
        case TEXT, BINARY -> {
          int length = in.int32();
          offsets[i] = in.position();
          lengths[i] = length;
          in.skip(length);
        }
        default -> throw in.malformed("a column of kind " + (char) kind);
      }
    }
  }

  /** Lets go of the message. */
  void release() {
    bytes = NOTHING;
  }

  @Override
  public int columns() {
    return columns;
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
    return offsets[column];
  }

  @Override
  public int length(int column) {
    return lengths[column];
  }
}
