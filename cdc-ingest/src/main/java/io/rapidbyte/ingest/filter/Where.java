package io.rapidbyte.ingest.filter;

import io.rapidbyte.ingest.catalog.ColumnInfo;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.condition.Ordering;
import io.rapidbyte.schemas.condition.ValueKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A stream's {@code where}, read once. Immutable.
 *
 * <p>What ingest cannot evaluate may still be pushed down to Postgres; then {@link #refusal} says
 * what ingest did not understand.
 */
public final class Where {
  /** The condition cannot be read, or not be evaluated here. */
  public static final String CODE = "source/where";

  /** What ingest evaluates by itself. */
  public static final String SUPPORTED = "ingest itself evaluates " + Expression.SUPPORTED;

  private final String sql;
  private final Set<String> columns;
  private final Optional<RowFilter> filter;
  private final Optional<ErrorInfo> refusal;

  private Where(
      String sql, Set<String> columns, Optional<RowFilter> filter, Optional<ErrorInfo> refusal) {
    this.sql = sql;
    this.columns = Set.copyOf(columns);
    this.filter = filter;
    this.refusal = refusal;
  }

  /**
   * Reads the condition of a table's stream.
   *
   * @throws RapidbyteException where it is no single SQL expression: a quote or parenthesis that is
   *     not closed, a semicolon, a comment
   */
  public static Where of(String sql, TableInfo table) {
    try {
      return understood(sql, table, Expression.names(sql));
    } catch (RapidbyteException e) {
      throw new RapidbyteException(refusal(sql, table.name(), Mistake.of(e)));
    }
  }

  private static Where understood(String sql, TableInfo table, List<String> names) {
    try {
      Expression expr = Expression.parse(sql);
      ColumnFilter filter = new ColumnFilter(sql, table, expr);
      Set<String> reads = expr.columns();
      try {
        filter.check(columns(table));
      } catch (RapidbyteException e) {
        return new Where(
            sql, reads, Optional.empty(), Optional.of(refusal(sql, table.name(), Mistake.of(e))));
      }
      return new Where(sql, reads, Optional.of(filter), Optional.empty());
    } catch (RapidbyteException e) {
      return new Where(
          sql,
          namesAmong(names, table),
          Optional.empty(),
          Optional.of(refusal(sql, table.name(), Mistake.of(e))));
    }
  }

  static List<Column> columns(TableInfo table) {
    return table.columns().stream()
        .map(c -> new Column(c.name(), c.type(), c.nullable(), c.attributeNumber(), null))
        .toList();
  }

  /** Whatever looks like a column: rather too many than too few. */
  private static Set<String> namesAmong(List<String> words, TableInfo table) {
    Set<String> names = new TreeSet<>(words);
    names.removeIf(name -> table.column(name).isEmpty());
    return names;
  }

  static ErrorInfo refusal(String sql, TableName table, Mistake problem) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        CODE,
        "streams %s: where, at character %d of \"%s\": %s"
            .formatted(table, problem.place() + 1, sql, problem.what()),
        SUPPORTED);
  }

  /** The condition as written, for SQL; a whole expression, to be put in parentheses. */
  public String sql() {
    return sql;
  }

  /**
   * The columns that it reads. Of a condition that ingest does not understand these are all the
   * table's that it may name.
   */
  public Set<String> columns() {
    return columns;
  }

  /** Evaluates the condition; empty where {@link #refusal} says why not. */
  public Optional<RowFilter> filter() {
    return filter;
  }

  /** Why ingest cannot evaluate the condition, with its place and what is supported. */
  public Optional<ErrorInfo> refusal() {
    return refusal;
  }

  /** The ordering of a column, LOCALE for text columns that came later. */
  static Ordering ordering(TableInfo table, Column column) {
    return table
        .column(column.name())
        .map(ColumnInfo::ordering)
        .orElse(ValueKind.of(column.type()).isText() ? Ordering.LOCALE : Ordering.NONE);
  }
}
