package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.FixedSizeBinaryVector;

/** {@code uuid}. */
final class UuidWriter implements FixedWriter {
  private static final int SIZE = 16;
  private final Site site;
  private final FixedSizeBinaryVector vector;
  private final Bytes scratch = new Bytes(2 * SIZE);
  private final Bytes digits = new Bytes(2 * SIZE);

  UuidWriter(Site site, FixedSizeBinaryVector vector) {
    this.site = site;
    this.vector = vector;
  }

  @Override
  public FixedSizeBinaryVector vector() {
    return vector;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    site.expect(len, SIZE);
    vector.setIndexDefined(row);
    vector.getDataBuffer().setBytes((long) row * SIZE, src, off, SIZE);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    digits.reset();
    for (int i = off; i < off + len; i++) {
      if (src[i] != '-') {
        digits.put(src[i]);
      }
    }
    Hex.decode(site, digits.array(), 0, digits.length(), scratch.reset());
    binary(row, scratch.array(), 0, scratch.length());
  }
}
