package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;

/**
 * A data column on its way into its table.
 *
 * @param name the source's name
 * @param type the type in which it is sent and staged, as SQL
 * @param actual the type of the table's column, as SQL; the same unless somebody widened it
 */
record TargetColumn(String name, String type, String actual) {
  /** A column whose table is as the stream wants it. */
  TargetColumn(String name, String type) {
    this(name, type, type);
  }

  /** The name for SQL. */
  String quoted() {
    return TableName.quote(name);
  }

  /** Whether what is sent can be stored as it is. */
  boolean isExact() {
    return type.equals(actual);
  }
}
