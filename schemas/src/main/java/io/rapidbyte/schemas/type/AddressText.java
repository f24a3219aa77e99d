package io.rapidbyte.schemas.type;

/** {@code inet} and {@code cidr}, IPv6 with its longest run of zeros left out. */
record AddressText(Site site) implements TextForm {
  private static final int HEADER = 4;
  private static final int FAMILY_V4 = 2;
  private static final int FAMILY_V6 = 3;

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    site.expectAtLeast(len, HEADER);
    int bits = src[off + 1] & 0xff;
    boolean network = src[off + 2] != 0;
    int size = src[off + 3] & 0xff;
    site.expect(len, HEADER + size);
    int at = off + HEADER;
    if (src[off] == FAMILY_V4 && size == 4) {
      dotted(src, at, out);
    } else if (src[off] == FAMILY_V6 && size == 16) {
      grouped(src, at, out);
    } else {
      throw site.malformed("its address family is unknown");
    }
    if (network || bits != size * 8) {
      out.put('/').decimal(bits);
    }
  }

  private static void dotted(byte[] src, int at, Bytes out) {
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        out.put('.');
      }
      out.decimal(src[at + i] & 0xff);
    }
  }

  private static void grouped(byte[] src, int at, Bytes out) {
    int run = longestRun(src, at);
    int first = run >>> 8;
    int length = run & 0xff;
    boolean embedsV4 =
        first == 0 && (length == 6 || (length == 5 && Wire.int16(src, at + 10) == -1));
    for (int i = 0; i < 8; i++) {
      if (length > 0 && i >= first && i < first + length) {
        if (i == first) {
          out.put(':');
        }
        continue;
      }
      if (i > 0) {
        out.put(':');
      }
      if (i == 6 && embedsV4) {
        dotted(src, at + 12, out);
        return;
      }
      out.ascii(Integer.toHexString(Short.toUnsignedInt(Wire.int16(src, at + 2 * i))));
    }
    if (length > 0 && first + length == 8) {
      out.put(':');
    }
  }

  /** Where the first longest run of at least two zero groups begins (high bits), and its length. */
  private static int longestRun(byte[] src, int at) {
    int best = 0;
    int length = 0;
    for (int i = 0; i < 8; i++) {
      length = Wire.int16(src, at + 2 * i) == 0 ? length + 1 : 0;
      if (length > 1 && length > (best & 0xff)) {
        best = (i - length + 1) << 8 | length;
      }
    }
    return best;
  }
}
