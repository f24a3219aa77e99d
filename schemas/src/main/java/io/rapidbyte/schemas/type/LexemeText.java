package io.rapidbyte.schemas.type;

/** {@code tsvector}: quoted lexemes with their positions and weights. */
record LexemeText(Site site) implements TextForm {
  private static final String WEIGHTS = "\0CBA";

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    site.expectAtLeast(len, 4);
    int count = Wire.int32(src, off);
    int end = off + len;
    int at = off + 4;
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(' ');
      }
      at = lexeme(src, at, end, out);
      at = positions(src, at, end, out);
    }
    if (at != end) {
      throw site.malformed("more follows its lexemes");
    }
  }

  private int lexeme(byte[] src, int start, int end, Bytes out) {
    out.put('\'');
    int at = start;
    while (at < end && src[at] != 0) {
      if (src[at] == '\'' || src[at] == '\\') {
        out.put(src[at]);
      }
      out.put(src[at++]);
    }
    out.put('\'');
    return at + 1;
  }

  private int positions(byte[] src, int start, int end, Bytes out) {
    site.expectAtLeast(end - start, 2);
    int count = Short.toUnsignedInt(Wire.int16(src, start));
    site.expectAtLeast(end - start, 2 + 2 * count);
    for (int i = 0; i < count; i++) {
      int entry = Short.toUnsignedInt(Wire.int16(src, start + 2 + 2 * i));
      out.put(i == 0 ? ':' : ',').decimal(entry & 0x3fff);
      if (entry >>> 14 != 0) {
        out.put(WEIGHTS.charAt(entry >>> 14));
      }
    }
    return start + 2 + 2 * count;
  }
}
