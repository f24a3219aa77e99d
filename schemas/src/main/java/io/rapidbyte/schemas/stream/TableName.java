package io.rapidbyte.schemas.stream;

/**
 * A table's name in its database: schema and table, as the catalog holds them, unquoted.
 *
 * <p>Prints as {@code schema.table}, the form that names a stream in pipeline.yaml, logs, metrics
 * and headers. Any character may stand in either part; for SQL use {@link #quoted}.
 */
public record TableName(String schema, String table) implements Comparable<TableName> {
  public TableName {
    if (schema.isEmpty() || table.isEmpty()) {
      throw new IllegalArgumentException("a table name has an empty part: " + schema + "." + table);
    }
  }

  /** The name for SQL: both parts quoted, embedded quotes doubled. */
  public String quoted() {
    return quote(schema) + "." + quote(table);
  }

  /** One identifier for SQL, always quoted. */
  public static String quote(String identifier) {
    if (identifier.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier holds a NUL character");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
