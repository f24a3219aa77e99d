package io.rapidbyte.schemas.type;

/**
 * Walks through the words of an array, record or hstore in text form. A quoted word's escapes, a
 * backslash before a character or a quote doubled, are resolved into space of its own.
 */
final class Words {
  private final Site site;
  private final Bytes unescaped = new Bytes(64);
  private byte[] src = {};
  private int at;
  private int end;
  private boolean quoted;
  private int start;
  private int length;

  Words(Site site) {
    this.site = site;
  }

  void open(byte[] source, int off, int len) {
    src = source;
    at = off;
    end = off + len;
  }

  /** The next character, or -1 at the end. */
  int peek() {
    return at < end ? src[at] : -1;
  }

  void expect(char c) {
    if (at == end || src[at] != c) {
      throw site.malformed("a " + c + " is missing");
    }
    at++;
  }

  /** Steps over {@code c} where it is next; its absence is no fault only if something follows. */
  boolean accept(char c, boolean first) {
    if (at == end) {
      throw site.malformed(first ? "it has no content" : "a " + c + " is missing");
    }
    if (src[at] != c) {
      return false;
    }
    at++;
    return true;
  }

  /** Steps over {@code [2:4]=}. */
  void skipBounds() {
    if (peek() != '[') {
      return;
    }
    while (at < end && src[at] != '=') {
      at++;
    }
    expect('=');
  }

  void skipSpaces() {
    while (at < end && src[at] == ' ') {
      at++;
    }
  }

  /** Reads a word up to one of two characters, which stays. */
  void next(int stop, int otherStop) {
    quoted = at < end && src[at] == '"';
    if (quoted) {
      quoted();
      return;
    }
    start = at;
    while (at < end && src[at] != stop && src[at] != otherStop) {
      at++;
    }
    length = at - start;
  }

  private void quoted() {
    unescaped.reset();
    at++;
    while (at < end) {
      byte c = src[at++];
      if (c == '\\' && at < end) {
        unescaped.put(src[at++]);
      } else if (c == '"' && peek() == '"') {
        unescaped.put(src[at++]);
      } else if (c == '"') {
        start = 0;
        length = unescaped.length();
        return;
      } else {
        unescaped.put(c);
      }
    }
    throw site.malformed("a quote is not closed");
  }

  /** Whether the word is NULL and not quoted. */
  boolean isNull() {
    return !quoted && Quoting.isNull(src, start, length);
  }

  /** Whether there is no word, not even quotes. */
  boolean isEmpty() {
    return !quoted && length == 0;
  }

  byte[] bytes() {
    return quoted ? unescaped.array() : src;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  boolean atEnd() {
    return at == end;
  }

  void end() {
    if (at != end) {
      throw site.malformed("more follows its end");
    }
  }
}
