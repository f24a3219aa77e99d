package io.rapidbyte.schemas.type;

/** {@code int2vector} and {@code oidvector}: arrays on the wire, numbers and spaces in text. */
record IntVectorText(Site site, TextForm element) implements TextForm {
  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    Parts parts = new Parts(site, src, off, len);
    int dimensions = parts.int32();
    parts.int32();
    parts.int32();
    int count = 0;
    if (dimensions > 0) {
      count = parts.int32();
      parts.int32();
    }
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(' ');
      }
      int size = parts.part();
      element.render(src, parts.start(), Math.max(0, size), out);
    }
    parts.end();
  }
}
