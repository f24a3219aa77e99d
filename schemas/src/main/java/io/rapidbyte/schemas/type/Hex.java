package io.rapidbyte.schemas.type;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Bytes as hexadecimal digits and back. */
final class Hex {
  private static final byte[] LOWER = "0123456789abcdef".getBytes(US_ASCII);
  private static final byte[] UPPER = "0123456789ABCDEF".getBytes(US_ASCII);

  private Hex() {}

  static void lower(Bytes out, byte[] src, int off, int len) {
    append(out, src, off, len, LOWER);
  }

  static void upper(Bytes out, byte[] src, int off, int len) {
    append(out, src, off, len, UPPER);
  }

  private static void append(Bytes out, byte[] src, int off, int len, byte[] digits) {
    for (int i = off; i < off + len; i++) {
      out.put(digits[src[i] >> 4 & 15]);
      out.put(digits[src[i] & 15]);
    }
  }

  /** Appends the bytes that hexadecimal digits stand for. */
  static void decode(Site site, byte[] src, int off, int len, Bytes out) {
    if (len % 2 != 0) {
      throw site.malformed("it has an odd number of digits");
    }
    for (int i = off; i < off + len; i += 2) {
      int high = Character.digit((char) src[i], 16);
      int low = Character.digit((char) src[i + 1], 16);
      if (high < 0 || low < 0) {
        throw site.malformed("it is not hexadecimal");
      }
      out.put(high << 4 | low);
    }
  }
}
