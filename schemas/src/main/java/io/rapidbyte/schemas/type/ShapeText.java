package io.rapidbyte.schemas.type;

/** Postgres's geometric types. */
record ShapeText(Site site, BaseType type) implements TextForm {
  private static final int POINT = 16;

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    switch (type) {
      case POINT -> {
        site.expect(len, POINT);
        point(src, off, out);
      }
      case LSEG -> {
        site.expect(len, 2 * POINT);
        out.put('[');
        points(src, off, 2, out);
        out.put(']');
      }
      case BOX -> {
        site.expect(len, 2 * POINT);
        points(src, off, 2, out);
      }
      case LINE -> {
        site.expect(len, 24);
        numbers(src, off, 3, out.put('{')).put('}');
      }
      case CIRCLE -> {
        site.expect(len, 24);
        point(src, off, out.put('<'));
        numbers(src, off + POINT, 1, out.put(',')).put('>');
      }
      case PATH -> {
        site.expectAtLeast(len, 5);
        boolean closed = src[off] != 0;
        out.put(closed ? '(' : '[');
        counted(src, off + 1, len - 1, out);
        out.put(closed ? ')' : ']');
      }
      case POLYGON -> {
        site.expectAtLeast(len, 4);
        counted(src, off, len, out.put('('));
        out.put(')');
      }
      default -> throw new IllegalStateException(type + " is no shape");
    }
  }

  private void counted(byte[] src, int off, int len, Bytes out) {
    int count = Wire.int32(src, off);
    if (count < 0 || 4L + (long) count * POINT != len) {
      throw site.malformed("it has " + len + " bytes for " + count + " points");
    }
    points(src, off + 4, count, out);
  }

  private static void points(byte[] src, int off, int count, Bytes out) {
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(',');
      }
      point(src, off + i * POINT, out);
    }
  }

  private static void point(byte[] src, int off, Bytes out) {
    numbers(src, off, 2, out.put('(')).put(')');
  }

  private static Bytes numbers(byte[] src, int off, int count, Bytes out) {
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(',');
      }
      FloatText.append(out, Wire.float8(src, off + 8 * i));
    }
    return out;
  }
}
