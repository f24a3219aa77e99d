package io.rapidbyte.schemas.type;

/** Ranges and multiranges. */
final class RangeText implements TextForm {
  private static final int EMPTY = 0x01;
  private static final int LOWER_INCLUSIVE = 0x02;
  private static final int UPPER_INCLUSIVE = 0x04;
  private static final int LOWER_INFINITE = 0x08;
  private static final int UPPER_INFINITE = 0x10;

  private final Site site;
  private final TextForm bound;
  private final boolean multi;
  private final Bytes scratch = new Bytes(64);

  RangeText(Site site, TextForm bound, boolean multi) {
    this.site = site;
    this.bound = bound;
    this.multi = multi;
  }

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    if (!multi) {
      range(src, off, len, out);
      return;
    }
    Parts parts = new Parts(site, src, off, len);
    int count = parts.int32();
    out.put('{');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(',');
      }
      int size = parts.part();
      range(src, parts.start(), Math.max(0, size), out);
    }
    out.put('}');
    parts.end();
  }

  private void range(byte[] src, int off, int len, Bytes out) {
    Parts parts = new Parts(site, src, off, len);
    int flags = parts.int8();
    if ((flags & EMPTY) != 0) {
      out.ascii("empty");
      parts.end();
      return;
    }
    out.put((flags & LOWER_INCLUSIVE) != 0 ? '[' : '(');
    if ((flags & LOWER_INFINITE) == 0) {
      bound(src, parts, out);
    }
    out.put(',');
    if ((flags & UPPER_INFINITE) == 0) {
      bound(src, parts, out);
    }
    out.put((flags & UPPER_INCLUSIVE) != 0 ? ']' : ')');
    parts.end();
  }

  private void bound(byte[] src, Parts parts, Bytes out) {
    int size = parts.part();
    if (size < 0) {
      throw site.malformed("a bound is NULL");
    }
    bound.render(src, parts.start(), size, scratch.reset());
    Quoting.field(out, scratch.array(), 0, scratch.length(), "()[],");
  }
}
