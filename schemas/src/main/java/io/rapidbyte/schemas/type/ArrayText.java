package io.rapidbyte.schemas.type;

/** Arrays of any number of dimensions, with their bounds where these are not from 1. */
final class ArrayText implements TextForm {
  private static final int MAX_DIMENSIONS = 6;

  private final Site site;
  private final TextForm element;
  private final char delimiter;
  private final Bytes scratch = new Bytes(64);

  ArrayText(Site site, TextForm element, char delimiter) {
    this.site = site;
    this.element = element;
    this.delimiter = delimiter;
  }

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    Parts parts = new Parts(site, src, off, len);
    int dimensions = parts.int32();
    parts.int32();
    parts.int32();
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw site.malformed("it claims " + dimensions + " dimensions");
    }
    if (dimensions == 0) {
      out.ascii("{}");
      parts.end();
      return;
    }
    int[] sizes = new int[dimensions];
    int[] lows = new int[dimensions];
    boolean shifted = false;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = parts.int32();
      lows[i] = parts.int32();
      shifted |= lows[i] != 1;
    }
    if (shifted) {
      bounds(sizes, lows, out);
    }
    level(src, parts, sizes, 0, out);
    parts.end();
  }

  private static void bounds(int[] sizes, int[] lows, Bytes out) {
    for (int i = 0; i < sizes.length; i++) {
      out.put('[').decimal(lows[i]).put(':').decimal((long) lows[i] + sizes[i] - 1).put(']');
    }
    out.put('=');
  }

  private void level(byte[] src, Parts parts, int[] sizes, int depth, Bytes out) {
    if (sizes[depth] < 0 || sizes[depth] > parts.left()) {
      throw site.malformed("it claims " + sizes[depth] + " elements");
    }
    out.put('{');
    for (int i = 0; i < sizes[depth]; i++) {
      if (i > 0) {
        out.put(delimiter);
      }
      if (depth + 1 < sizes.length) {
        level(src, parts, sizes, depth + 1, out);
        continue;
      }
      int size = parts.part();
      if (size < 0) {
        out.ascii("NULL");
      } else {
        element.render(src, parts.start(), size, scratch.reset());
        Quoting.element(out, scratch.array(), 0, scratch.length(), delimiter);
      }
    }
    out.put('}');
  }
}
