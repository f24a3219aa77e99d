package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.condition.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a condition into words by Postgres's lexical rules, with {@code
 * standard_conforming_strings} on. Comments, escape strings and parameters are refused.
 */
final class Lexer {
  private static final String SYMBOL_LETTERS = "+-*/<>=~!@#%^&|`?";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /** The words, the last of them {@link Kind#END}. */
  static List<Token> split(String text) throws Problem {
    Lexer lexer = new Lexer(text);
    while (lexer.at < text.length()) {
      lexer.next();
    }
    lexer.tokens.add(new Token(Kind.END, "", text.length()));
    return lexer.tokens;
  }

  private void next() throws Problem {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '\'') {
      add(Kind.STRING, at, quoted('\''));
    } else if (c == '"') {
      int start = at;
      String name = quoted('"');
      if (name.isEmpty()) {
        throw new Problem(start, "a quoted name is empty");
      }
      add(Kind.QUOTED_NAME, start, name);
    } else if (isDigit(at) || (c == '.' && isDigit(at + 1))) {
      number();
    } else if (isNameStart(c)) {
      word();
    } else {
      symbol(c);
    }
  }

  private void add(Kind kind, int start, String value) {
    tokens.add(new Token(kind, value, start));
  }

  private String quoted(char quote) throws Problem {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != quote) {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        value.append(quote);
        at++;
      } else {
        return value.toString();
      }
    }
    throw new Problem(start, "a quote is not closed");
  }

  private void number() throws Problem {
    int start = at;
    digits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      if (!isDigit(at)) {
        throw new Problem(start, "a number ends in its exponent's sign");
      }
      digits();
    }
    if (at < text.length() && isNamePart(text.charAt(at))) {
      throw new Problem(start, "letters follow a number");
    }
    add(Kind.NUMBER, start, text.substring(start, at));
  }

  private void digits() {
    while (isDigit(at)) {
      at++;
    }
  }

  private void word() throws Problem {
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == '\'' && word.length() == 1) {
      throw new Problem(start, "strings with a prefix are not supported");
    }
    if (at + 1 < text.length() && text.charAt(at) == '&' && word.equalsIgnoreCase("u")) {
      throw new Problem(start, "strings with a prefix are not supported");
    }
    add(Kind.WORD, start, lowerAscii(word));
  }

  private void symbol(char c) throws Problem {
    if (text.startsWith("--", at) || text.startsWith("/*", at)) {
      throw new Problem(at, "comments are not supported");
    }
    int start = at;
    if (text.startsWith("::", at)) {
      at += 2;
    } else if ("(),.[]".indexOf(c) >= 0) {
      at++;
    } else if (SYMBOL_LETTERS.indexOf(c) >= 0) {
      operator();
    } else {
      throw new Problem(at, "the character " + c + " has no meaning here");
    }
    add(Kind.SYMBOL, start, text.substring(start, at));
  }

  /** As Postgres: the longest run, without a trailing sign unless it holds a letter like ~ or !. */
  private void operator() {
    int start = at;
    boolean special = false;
    while (at < text.length() && SYMBOL_LETTERS.indexOf(text.charAt(at)) >= 0) {
      if (text.startsWith("--", at) || text.startsWith("/*", at)) {
        break;
      }
      special |= "~!@#%^&|`?".indexOf(text.charAt(at)) >= 0;
      at++;
    }
    while (!special
        && at > start + 1
        && (text.charAt(at - 1) == '+' || text.charAt(at - 1) == '-')) {
      at--;
    }
  }

  private boolean isDigit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9') || c == '$';
  }

  private static String lowerAscii(String word) {
    StringBuilder out = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      out.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return out.toString();
  }
}
