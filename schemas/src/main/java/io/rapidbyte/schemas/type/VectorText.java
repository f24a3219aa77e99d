package io.rapidbyte.schemas.type;

/** pgvector's {@code vector}: {@code [1,2.5]}. */
record VectorText(Site site) implements TextForm {
  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    int count = dimensions(site, src, off, len);
    out.put('[');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(',');
      }
      FloatText.append(out, Wire.float4(src, off + 4 + 4 * i));
    }
    out.put(']');
  }

  /** How many numbers follow the header of four bytes. */
  static int dimensions(Site site, byte[] src, int off, int len) {
    site.expectAtLeast(len, 4);
    int count = Short.toUnsignedInt(Wire.int16(src, off));
    site.expect(len, 4 + 4 * count);
    return count;
  }
}
