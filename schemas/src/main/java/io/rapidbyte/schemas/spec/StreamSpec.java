package io.rapidbyte.schemas.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code streams}. Which entry a table gets, and how an exact name's keys win over a
 * pattern's, is {@link StreamSelection}'s.
 *
 * @param table {@code schema.table} or a pattern with {@code *}
 * @param exclude names or patterns that the pattern leaves out
 * @param columns the columns to take, in any order; null for all
 * @param where a condition over the table's columns, in SQL; null for all rows
 * @param key key columns where the table's own shall not count; null otherwise
 * @param partitions of the stream's topic; null for the default, 1
 * @param topic the topic's name where the derived one collides; null otherwise
 * @param mode {@code upsert}, {@code append} … for this stream; null for the destination's
 */
public record StreamSpec(
    String table,
    List<String> exclude,
    @Nullable List<ColumnSpec> columns,
    @Nullable String where,
    @Nullable List<String> key,
    @Nullable Integer partitions,
    @Nullable String topic,
    @Nullable WriteMode mode) {
  public StreamSpec {
    exclude = List.copyOf(exclude);
    columns = columns == null ? null : List.copyOf(columns);
    key = key == null ? null : List.copyOf(key);
  }

  /**
   * A selected column.
   *
   * @param as an Arrow type in place of the default, such as {@code decimal(38,9)}
   */
  public record ColumnSpec(String name, @Nullable String as) {}

  /** Whether {@link #table} may stand for several tables. */
  public boolean isPattern() {
    return table.indexOf('*') >= 0;
  }
}
