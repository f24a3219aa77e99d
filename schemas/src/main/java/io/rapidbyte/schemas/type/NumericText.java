package io.rapidbyte.schemas.type;

/** A numeric's exact text, from its groups of four decimal digits. */
record NumericText(Site site) implements TextForm {
  /** Bytes in front of the groups: their count, the first's weight, the sign, the display scale. */
  static final int HEADER = 8;

  static final int POSITIVE = 0x0000;
  static final int NEGATIVE = 0x4000;
  static final int NAN = 0xC000;
  static final int PLUS_INFINITY = 0xD000;
  static final int MINUS_INFINITY = 0xF000;

  private static final int GROUP = 4;
  private static final int MAX_SCALE = 0x3FFF;

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    check(site, src, off, len);
    int sign = sign(src, off);
    switch (sign) {
      case NAN -> out.ascii("NaN");
      case PLUS_INFINITY -> out.ascii("Infinity");
      case MINUS_INFINITY -> out.ascii("-Infinity");
      default -> {
        if (sign == NEGATIVE) {
          out.put('-');
        }
        whole(src, off, out);
        fraction(src, off, out);
      }
    }
  }

  private static void whole(byte[] src, int off, Bytes out) {
    int weight = weight(src, off);
    if (weight < 0) {
      out.put('0');
    }
    for (int i = 0; i <= weight; i++) {
      out.digits(group(src, off, i), i == 0 ? 1 : GROUP);
    }
  }

  private static void fraction(byte[] src, int off, Bytes out) {
    int scale = Short.toUnsignedInt(Wire.int16(src, off + 6));
    if (scale == 0) {
      return;
    }
    out.put('.');
    int end = out.length() + scale;
    for (int i = weight(src, off) + 1; out.length() < end; i++) {
      out.digits(group(src, off, i), GROUP);
    }
    out.truncate(end);
  }

  static int count(byte[] src, int off) {
    return Short.toUnsignedInt(Wire.int16(src, off));
  }

  /** The first group stands for its value times 10000 to this power. */
  static int weight(byte[] src, int off) {
    return Wire.int16(src, off + 2);
  }

  static int sign(byte[] src, int off) {
    return Short.toUnsignedInt(Wire.int16(src, off + 4));
  }

  /** The group at {@code index}; zero before the first and behind the last. */
  static int group(byte[] src, int off, int index) {
    return index < 0 || index >= count(src, off) ? 0 : Wire.int16(src, off + HEADER + 2 * index);
  }

  /** Refuses bytes that are not a numeric's. */
  static void check(Site site, byte[] src, int off, int len) {
    site.expectAtLeast(len, HEADER);
    int count = count(src, off);
    site.expect(len, HEADER + 2 * count);
    int sign = sign(src, off);
    if (sign != POSITIVE
        && sign != NEGATIVE
        && sign != NAN
        && sign != PLUS_INFINITY
        && sign != MINUS_INFINITY) {
      throw site.malformed("its sign is unknown");
    }
    if (Short.toUnsignedInt(Wire.int16(src, off + 6)) > MAX_SCALE) {
      throw site.malformed("its scale is too large");
    }
    for (int i = 0; i < count; i++) {
      int group = Wire.int16(src, off + HEADER + 2 * i);
      if (group < 0 || group > 9999) {
        throw site.malformed("a digit is out of range");
      }
    }
  }
}
