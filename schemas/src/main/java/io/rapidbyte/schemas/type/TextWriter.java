package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.VarCharVector;

/** Types whose binary form is their text, perhaps behind a version byte. */
final class TextWriter implements ColumnWriter {
  private final Site site;
  private final VarCharVector vector;
  private final boolean versioned;

  /**
   * A writer of text.
   *
   * @param versioned whether the binary form begins with a byte of value 1, as jsonb's does
   */
  TextWriter(Site site, VarCharVector vector, boolean versioned) {
    this.site = site;
    this.vector = vector;
    this.versioned = versioned;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    if (!versioned) {
      text(row, src, off, len);
      return;
    }
    if (len < 1 || src[off] != 1) {
      throw site.malformed("its version is not 1");
    }
    text(row, src, off + 1, len - 1);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    put(site, vector, row, src, off, len);
  }

  @Override
  public void none(int row) {
    VaryingRows.none(vector, row);
  }

  /** Sets a value after checking that it is UTF-8, which readers of Arrow rely on. */
  static void put(Site site, VarCharVector vector, int row, byte[] src, int off, int len) {
    if (!Utf8.valid(src, off, len)) {
      throw site.malformed("it is not UTF-8");
    }
    vector.setSafe(row, src, off, len);
  }
}
