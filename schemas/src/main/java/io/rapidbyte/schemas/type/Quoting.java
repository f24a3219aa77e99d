package io.rapidbyte.schemas.type;

/** Which words stand in quotes within arrays, records and ranges, and how quotes are escaped. */
final class Quoting {
  private Quoting() {}

  /** As {@code array_isspace}. */
  static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** An element of an array. */
  static void element(Bytes out, byte[] src, int off, int len, char delimiter) {
    boolean quote = len == 0 || isNull(src, off, len);
    for (int i = off; i < off + len && !quote; i++) {
      byte c = src[i];
      quote = c == '"' || c == '\\' || c == '{' || c == '}' || c == delimiter || isSpace(c);
    }
    if (quote) {
      HstoreText.quoted(src, off, len, out);
    } else {
      out.put(src, off, len);
    }
  }

  /** Whether a word is NULL in any case. */
  static boolean isNull(byte[] src, int off, int len) {
    return len == 4
        && (src[off] | 0x20) == 'n'
        && (src[off + 1] | 0x20) == 'u'
        && (src[off + 2] | 0x20) == 'l'
        && (src[off + 3] | 0x20) == 'l';
  }

  /** A field of a record; {@code specials} need quotes, as do quotes, backslashes and spaces. */
  static void field(Bytes out, byte[] src, int off, int len, String specials) {
    boolean quote = len == 0;
    for (int i = off; i < off + len && !quote; i++) {
      byte c = src[i];
      quote = c == '"' || c == '\\' || isSpace(c) || (c > 0 && specials.indexOf(c) >= 0);
    }
    if (!quote) {
      out.put(src, off, len);
      return;
    }
    out.put('"');
    for (int i = off; i < off + len; i++) {
      if (src[i] == '"' || src[i] == '\\') {
        out.put(src[i]);
      }
      out.put(src[i]);
    }
    out.put('"');
  }
}
