package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.VarBinaryVector;

/** {@code bytea}, and PostGIS's EWKB, whose text is hexadecimal without a prefix. */
final class BinaryWriter implements ColumnWriter {
  private final Site site;
  private final VarBinaryVector vector;
  private final boolean prefixed;
  private final Bytes scratch = new Bytes(64);

  BinaryWriter(Site site, VarBinaryVector vector, boolean prefixed) {
    this.site = site;
    this.vector = vector;
    this.prefixed = prefixed;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    vector.setSafe(row, src, off, len);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    scratch.reset();
    if (!prefixed) {
      Hex.decode(site, src, off, len, scratch);
    } else if (len >= 2 && src[off] == '\\' && src[off + 1] == 'x') {
      Hex.decode(site, src, off + 2, len - 2, scratch);
    } else {
      escaped(src, off, off + len);
    }
    vector.setSafe(row, scratch.array(), 0, scratch.length());
  }

  private void escaped(byte[] src, int off, int end) {
    int i = off;
    while (i < end) {
      if (src[i] != '\\') {
        scratch.put(src[i++]);
      } else if (i + 1 < end && src[i + 1] == '\\') {
        scratch.put('\\');
        i += 2;
      } else {
        scratch.put(octal(src, i, end));
        i += 4;
      }
    }
  }

  private int octal(byte[] src, int at, int end) {
    int value = 0;
    for (int i = 1; i <= 3; i++) {
      int digit = at + i < end ? src[at + i] - '0' : -1;
      if (digit < 0 || digit > 7) {
        throw site.malformed("a backslash stands before no octal number");
      }
      value = value << 3 | digit;
    }
    return value;
  }

  @Override
  public void none(int row) {
    VaryingRows.none(vector, row);
  }
}
