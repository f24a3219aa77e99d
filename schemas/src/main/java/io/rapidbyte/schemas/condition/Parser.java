package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.condition.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a condition by Postgres's precedence, from loose to tight: OR, AND, NOT, IS, comparison,
 * BETWEEN/IN/LIKE, + -, * /, sign, cast.
 *
 * <p>Source: PostgreSQL, "Operator Precedence".
 */
final class Parser {
  private static final Set<String> RESERVED =
      Set.of(
          "all",
          "and",
          "any",
          "array",
          "as",
          "asc",
          "between",
          "both",
          "case",
          "cast",
          "check",
          "collate",
          "column",
          "current_date",
          "current_time",
          "current_timestamp",
          "current_user",
          "default",
          "desc",
          "distinct",
          "else",
          "end",
          "except",
          "false",
          "for",
          "from",
          "having",
          "ilike",
          "in",
          "is",
          "isnull",
          "like",
          "limit",
          "localtime",
          "localtimestamp",
          "not",
          "notnull",
          "null",
          "offset",
          "on",
          "or",
          "order",
          "overlaps",
          "select",
          "session_user",
          "similar",
          "some",
          "table",
          "then",
          "true",
          "union",
          "unique",
          "user",
          "using",
          "when",
          "where",
          "window",
          "with");

  /** Deep enough for people and ORMs, shallow enough for the stack. */
  private static final int DEEPEST = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Expr parse(String text) throws Problem {
    Parser parser = new Parser(Lexer.split(text));
    Expr whole = parser.or();
    if (parser.peek().kind() != Kind.END) {
      throw parser.unexpected();
    }
    return whole;
  }

  private Expr or() throws Problem {
    if (++depth > DEEPEST) {
      throw new Problem(peek().place(), "parentheses are nested too deeply");
    }
    Expr left = and();
    while (peek().isWord("or")) {
      left = new Expr.Or(take().place(), left, and());
    }
    depth--;
    return left;
  }

  private Expr and() throws Problem {
    Expr left = not();
    while (peek().isWord("and")) {
      left = new Expr.And(take().place(), left, not());
    }
    return left;
  }

  private Expr not() throws Problem {
    int negations = 0;
    int place = peek().place();
    while (peek().isWord("not")) {
      take();
      negations++;
    }
    Expr value = is();
    for (int i = 0; i < negations; i++) {
      value = new Expr.Not(place, value);
    }
    return value;
  }

  private Expr is() throws Problem {
    Expr value = comparison();
    int place = peek().place();
    if (accept("isnull")) {
      return new Expr.IsNull(place, value);
    } else if (accept("notnull")) {
      return new Expr.Not(place, new Expr.IsNull(place, value));
    } else if (!accept("is")) {
      return value;
    }
    boolean negated = accept("not");
    Expr test = isWhat(place, value);
    return negated ? new Expr.Not(place, test) : test;
  }

  private Expr isWhat(int place, Expr value) throws Problem {
    if (accept("null") || accept("unknown")) {
      return new Expr.IsNull(place, value);
    } else if (accept("true")) {
      return new Expr.IsBoolean(place, value, true);
    } else if (accept("false")) {
      return new Expr.IsBoolean(place, value, false);
    } else if (accept("distinct")) {
      expect("from");
      return new Expr.Distinct(place, value, comparison());
    }
    throw unexpected();
  }

  private Expr comparison() throws Problem {
    Expr left = range();
    Optional<Comparison> comparison = comparisonOf(peek());
    if (comparison.isEmpty()) {
      return left;
    }
    int place = take().place();
    Expr right = range();
    if (comparisonOf(peek()).isPresent()) {
      throw new Problem(peek().place(), "comparisons in a row need parentheses");
    }
    return new Expr.Compare(place, comparison.get(), left, right);
  }

  private static Optional<Comparison> comparisonOf(Token token) {
    if (token.kind() != Kind.SYMBOL) {
      return Optional.empty();
    }
    return switch (token.text()) {
      case "=" -> Optional.of(Comparison.EQUAL);
      case "<>", "!=" -> Optional.of(Comparison.NOT_EQUAL);
      case "<" -> Optional.of(Comparison.LESS);
      case "<=" -> Optional.of(Comparison.LESS_OR_EQUAL);
      case ">" -> Optional.of(Comparison.GREATER);
      case ">=" -> Optional.of(Comparison.GREATER_OR_EQUAL);
      default -> Optional.empty();
    };
  }

  private Expr range() throws Problem {
    Expr value = sum();
    int place = peek().place();
    boolean negated = peek().isWord("not");
    if (negated) {
      take();
    }
    Optional<Expr> test = rangeTest(place, value);
    if (test.isEmpty()) {
      if (negated) {
        throw unexpected();
      }
      return value;
    }
    return negated ? new Expr.Not(place, test.get()) : test.get();
  }

  private Optional<Expr> rangeTest(int place, Expr value) throws Problem {
    if (accept("between")) {
      Expr low = sum();
      expect("and");
      Expr high = sum();
      return Optional.of(
          new Expr.And(
              place,
              new Expr.Compare(place, Comparison.GREATER_OR_EQUAL, value, low),
              new Expr.Compare(place, Comparison.LESS_OR_EQUAL, value, high)));
    } else if (accept("in")) {
      return Optional.of(new Expr.In(place, value, list()));
    } else if (accept("like")) {
      return Optional.of(new Expr.Like(place, value, sum(), false));
    } else if (accept("ilike")) {
      return Optional.of(new Expr.Like(place, value, sum(), true));
    }
    return Optional.empty();
  }

  private List<Expr> list() throws Problem {
    expectSymbol("(");
    if (peek().isWord("select")) {
      throw new Problem(peek().place(), "subqueries are not supported");
    }
    List<Expr> items = new ArrayList<>();
    do {
      items.add(or());
    } while (acceptSymbol(","));
    expectSymbol(")");
    return items;
  }

  private Expr sum() throws Problem {
    Expr left = product();
    while (peek().isSymbol("+") || peek().isSymbol("-")) {
      Token operator = take();
      left = new Expr.Arithmetic(operator.place(), operator.text().charAt(0), left, product());
    }
    return left;
  }

  private Expr product() throws Problem {
    Expr left = signed();
    while (peek().isSymbol("*") || peek().isSymbol("/")) {
      Token operator = take();
      left = new Expr.Arithmetic(operator.place(), operator.text().charAt(0), left, signed());
    }
    return left;
  }

  private Expr signed() throws Problem {
    if (++depth > DEEPEST) {
      throw new Problem(peek().place(), "signs are nested too deeply");
    }
    try {
      int place = peek().place();
      if (acceptSymbol("+")) {
        return signed();
      } else if (acceptSymbol("-")) {
        Expr value = signed();
        return value instanceof Expr.NumberLiteral number && !number.text().startsWith("-")
            ? new Expr.NumberLiteral(place, "-" + number.text())
            : new Expr.Negate(place, value);
      }
      return cast();
    } finally {
      depth--;
    }
  }

  private Expr cast() throws Problem {
    Expr value = primary();
    while (peek().isSymbol("::")) {
      int place = take().place();
      value = new Expr.Cast(place, value, typeName());
    }
    return value;
  }

  private Expr primary() throws Problem {
    Token token = peek();
    if (acceptSymbol("(")) {
      Expr inner = or();
      expectSymbol(")");
      return inner;
    }
    return switch (token.kind()) {
      case NUMBER -> new Expr.NumberLiteral(take().place(), token.text());
      case STRING -> new Expr.StringLiteral(take().place(), token.text());
      case WORD, QUOTED_NAME -> named();
      default -> throw unexpected();
    };
  }

  private Expr named() throws Problem {
    Token token = peek();
    if (accept("null")) {
      return new Expr.KeywordLiteral(token.place(), Optional.empty());
    } else if (accept("true") || accept("false")) {
      return new Expr.KeywordLiteral(token.place(), Optional.of(token.text().equals("true")));
    } else if (accept("cast")) {
      expectSymbol("(");
      Expr value = or();
      expect("as");
      String type = typeName();
      expectSymbol(")");
      return new Expr.Cast(token.place(), value, type);
    } else if (token.kind() == Kind.WORD && RESERVED.contains(token.text())) {
      throw unexpected();
    }
    Optional<Expr> typed = typedString();
    return typed.isPresent() ? typed.get() : reference();
  }

  /** {@code DATE '2026-01-31'}. */
  private Optional<Expr> typedString() throws Problem {
    int start = at;
    int place = peek().place();
    if (peek().kind() == Kind.WORD && TypeNames.startsDateTime(peek().text())) {
      String type = typeName();
      if (peek().kind() == Kind.STRING) {
        Token text = take();
        return Optional.of(
            new Expr.Cast(place, new Expr.StringLiteral(text.place(), text.text()), type));
      }
    }
    at = start;
    return Optional.empty();
  }

  private Expr reference() throws Problem {
    int place = peek().place();
    List<String> parts = new ArrayList<>();
    parts.add(take().text());
    while (acceptSymbol(".")) {
      if (!peek().isName()) {
        throw unexpected();
      }
      parts.add(take().text());
    }
    if (peek().isSymbol("(")) {
      throw new Problem(place, "function calls are not supported");
    }
    String name = parts.remove(parts.size() - 1);
    return new Expr.Reference(place, List.copyOf(parts), name);
  }

  /** A type's name as its words joined by blanks, a schema in front joined by a dot. */
  private String typeName() throws Problem {
    if (!peek().isName()) {
      throw unexpected();
    }
    StringBuilder name = new StringBuilder(take().text());
    while (acceptSymbol(".")) {
      name.append('.').append(take().text());
    }
    while (peek().kind() == Kind.WORD && TypeNames.continues(name.toString(), peek().text())) {
      name.append(' ').append(take().text());
    }
    if (peek().isSymbol("(") || peek().isSymbol("[")) {
      throw new Problem(
          peek().place(), "casts to types with a length or of arrays are not supported");
    }
    return name.toString();
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  private boolean accept(String word) {
    boolean is = peek().isWord(word);
    if (is) {
      at++;
    }
    return is;
  }

  private boolean acceptSymbol(String symbol) {
    boolean is = peek().isSymbol(symbol);
    if (is) {
      at++;
    }
    return is;
  }

  private void expect(String word) throws Problem {
    if (!accept(word)) {
      throw unexpected();
    }
  }

  private void expectSymbol(String symbol) throws Problem {
    if (!acceptSymbol(symbol)) {
      throw unexpected();
    }
  }

  private Problem unexpected() {
    return new Problem(peek().place(), peek().shown() + " is not supported or not expected");
  }
}
