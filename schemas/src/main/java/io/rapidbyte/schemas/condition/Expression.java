package io.rapidbyte.schemas.condition;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** An expression as written, read once. Immutable. */
public final class Expression {
  /** What may be written, as a sentence for a person. */
  public static final String SUPPORTED =
      "columns, literals, = <> < <= > >=, AND OR NOT, IN, BETWEEN,"
          + " IS [NOT] NULL|TRUE|FALSE|DISTINCT FROM, LIKE, ILIKE, + - * / and casts of literals";

  private final Expr expr;
  private final Set<String> columns;

  private Expression(Expr expr) {
    this.expr = expr;
    this.columns = Set.copyOf(References.in(expr));
  }

  /**
   * Reads an expression.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException with a {@link Mistake}
   */
  public static Expression parse(String text) {
    try {
      return new Expression(Parser.parse(text));
    } catch (Problem e) {
      throw Mistake.failure(e);
    }
  }

  /**
   * The words of a text that look like names, whether or not it can be parsed.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException with a {@link Mistake} where it is no
   *     single SQL expression: a quote or parenthesis that is not closed, a semicolon, a comment
   */
  public static List<String> names(String text) {
    try {
      List<Token> tokens = Lexer.split(text);
      requireClosed(tokens);
      return tokens.stream().filter(Token::isName).map(Token::text).toList();
    } catch (Problem e) {
      throw Mistake.failure(e);
    }
  }

  private static void requireClosed(List<Token> tokens) throws Problem {
    int open = 0;
    for (Token token : tokens) {
      if (token.isSymbol("(")) {
        open++;
      } else if (token.isSymbol(")") && --open < 0) {
        throw new Problem(token.place(), "a parenthesis is closed that was never opened");
      }
    }
    if (open > 0) {
      throw new Problem(tokens.getLast().place(), "a parenthesis is not closed");
    }
  }

  /** The columns that it reads. */
  public Set<String> columns() {
    return columns;
  }

  /**
   * As a condition, whose values are booleans.
   *
   * @param table schema and table, by which a column may be qualified
   * @throws io.rapidbyte.schemas.error.RapidbyteException with a {@link Mistake}
   */
  public Computation condition(List<String> table, Map<String, Slot> shape) {
    try {
      return new Typer(table, shape).condition(expr);
    } catch (Problem e) {
      throw Mistake.failure(e);
    }
  }

  /**
   * As a value of whatever kind; a string literal is text.
   *
   * @param table schema and table, by which a column may be qualified
   * @throws io.rapidbyte.schemas.error.RapidbyteException with a {@link Mistake}
   */
  public Computation value(List<String> table, Map<String, Slot> shape) {
    try {
      return new Typer(table, shape).value(expr);
    } catch (Problem e) {
      throw Mistake.failure(e);
    }
  }
}
