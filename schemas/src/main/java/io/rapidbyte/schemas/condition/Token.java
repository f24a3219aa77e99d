package io.rapidbyte.schemas.condition;

/**
 * A word of a condition.
 *
 * @param text an unquoted name in lower case, a quoted one or a string without its quotes, else as
 *     written
 * @param place index of its first character
 */
record Token(Kind kind, String text, int place) {
  enum Kind {
    /** An unquoted name or keyword. */
    WORD,
    QUOTED_NAME,
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }

  /** How it is shown in a message. */
  String shown() {
    return kind == Kind.END ? "the end" : "\"" + text + "\"";
  }
}
