package io.rapidbyte.wasm.module;

/** Text of a guest's making, made harmless: no control characters, no endless lines. */
public final class Printable {
  private Printable() {}

  /** One line: control characters as {@code \x1b}, at most {@code max} characters. */
  public static String line(String text, int max) {
    return clean(text, max, false);
  }

  /** The same, but line ends stay. */
  public static String lines(String text, int max) {
    return clean(text, max, true);
  }

  private static String clean(String text, int max, boolean lineEnds) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 16);
    int at = 0;
    while (at < text.length()) {
      if (out.length() >= max) {
        return out.append("…").toString();
      }
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      append(out, point, lineEnds);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int point, boolean lineEnds) {
    if ((point == '\n' && lineEnds) || point == '\t') {
      out.append((char) point);
    } else if (isHarmless(point)) {
      out.appendCodePoint(point);
    } else if (point <= 0xFF) {
      out.append(String.format("\\x%02x", point));
    } else {
      out.append(String.format("\\u{%x}", point));
    }
  }

  /** Neither control, nor what turns the direction of text around, nor half a character. */
  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
