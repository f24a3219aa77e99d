package io.rapidbyte.schemas.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Numbers and words from their text forms. */
final class TextParse {
  private TextParse() {}

  static boolean bool(Site site, byte[] src, int off, int len) {
    if (len == 1 && src[off] == 't') {
      return true;
    }
    if (len == 1 && src[off] == 'f') {
      return false;
    }
    throw site.malformed("it is neither t nor f");
  }

  /** A whole number between {@code min} and {@code max}. */
  static long integer(Site site, byte[] src, int off, int len, long min, long max) {
    int i = off;
    int end = off + len;
    boolean negative = i < end && src[i] == '-';
    if (i < end && (negative || src[i] == '+')) {
      i++;
    }
    if (i == end) {
      throw site.malformed("it has no digits");
    }
    long value = 0;
    for (; i < end; i++) {
      int digit = src[i] - '0';
      if (digit < 0 || digit > 9) {
        throw site.malformed("it is not a whole number");
      }
      if (value < (Long.MIN_VALUE + digit) / 10) {
        throw tooLarge(site);
      }
      value = value * 10 - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw tooLarge(site);
    }
    long signed = negative ? value : -value;
    if (signed < min || signed > max) {
      throw tooLarge(site);
    }
    return signed;
  }

  private static io.rapidbyte.schemas.error.RapidbyteException tooLarge(Site site) {
    return site.outOfRange("the number is too large", "take the column as text");
  }

  /** Java reads more than Postgres prints: hexadecimal, suffixes, spaces. */
  private static String number(Site site, byte[] src, int off, int len) {
    String text = ascii(src, off, len);
    for (int i = 0; i < len; i++) {
      if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
        return switch (text) {
          case "NaN", "Infinity", "-Infinity" -> text;
          default -> throw site.malformed("it is not a number");
        };
      }
    }
    return text;
  }

  static float float4(Site site, byte[] src, int off, int len) {
    try {
      return Float.parseFloat(number(site, src, off, len));
    } catch (NumberFormatException e) {
      throw site.malformed("it is not a number");
    }
  }

  static double float8(Site site, byte[] src, int off, int len) {
    try {
      return Double.parseDouble(number(site, src, off, len));
    } catch (NumberFormatException e) {
      throw site.malformed("it is not a number");
    }
  }

  /** Bytes as characters, one each. */
  static String ascii(byte[] src, int off, int len) {
    return new String(src, off, len, ISO_8859_1);
  }

  /** Whether the bytes are {@code word}. */
  static boolean is(byte[] src, int off, int len, String word) {
    if (len != word.length()) {
      return false;
    }
    for (int i = 0; i < len; i++) {
      if (src[off + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
