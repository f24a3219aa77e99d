package io.rapidbyte.schemas.condition;

/**
 * LIKE: {@code %} stands for any characters, {@code _} for one, a backslash takes the next one
 * literally. Characters are code points.
 */
final class Pattern {
  private static final int ESCAPE = '\\';

  private Pattern() {}

  /** Whether {@code text} matches as a whole. */
  static boolean matches(String text, String pattern) {
    int[] characters = text.codePoints().toArray();
    int[] signs = pattern.codePoints().toArray();
    int t = 0;
    int p = 0;
    int retryText = -1;
    int retryPattern = -1;
    while (true) {
      if (p < signs.length && signs[p] == '%') {
        retryPattern = ++p;
        retryText = t;
      } else if (t == characters.length) {
        return p == signs.length || onlyPercents(signs, p);
      } else if (p < signs.length && matchesOne(signs, p, characters[t])) {
        p += signs[p] == ESCAPE ? 2 : 1;
        t++;
      } else if (retryPattern >= 0) {
        p = retryPattern;
        t = ++retryText;
      } else {
        return false;
      }
    }
  }

  private static boolean matchesOne(int[] signs, int p, int character) {
    if (signs[p] == ESCAPE) {
      if (p + 1 == signs.length) {
        throw Failure.of("a LIKE pattern ends with its escape character");
      }
      return signs[p + 1] == character;
    }
    return signs[p] == '_' || signs[p] == character;
  }

  private static boolean onlyPercents(int[] signs, int from) {
    for (int i = from; i < signs.length; i++) {
      if (signs[i] != '%') {
        return false;
      }
    }
    return true;
  }

  /** Lower case for ILIKE, character by character; only ASCII where {@code asciiOnly}. */
  static String lower(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                out.appendCodePoint(
                    asciiOnly && (c < 'A' || c > 'Z') ? c : Character.toLowerCase(c)));
    return out.toString();
  }
}
