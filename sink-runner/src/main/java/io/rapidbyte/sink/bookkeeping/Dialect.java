package io.rapidbyte.sink.bookkeeping;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.schemas.stream.TableName;

/**
 * Where a database keeps the bookkeeping, and what it cannot do like others.
 *
 * @param schema the schema's full name, quoted where it must be
 * @param keyed whether letters and dead keys have a primary key; not where the database checks it
 *     against rows that the same transaction has deleted
 * @param storage what stands behind the definition of a table whose rows change all the time
 */
public record Dialect(String schema, boolean keyed, String storage) {
  /** The schema's name in every database. */
  public static final String SCHEMA = "_rapidbyte";

  /** PostgreSQL: room in each page, so that a checkpoint's update needs no index entry. */
  public static final Dialect POSTGRES = new Dialect(SCHEMA, true, " WITH (fillfactor = 50)");

  /** DuckDB, where {@code catalog} is the file's name. */
  public static Dialect duckDb(String catalog) {
    return new Dialect(quote(catalog) + "." + SCHEMA, false, "");
  }

  /** A table of the destination. */
  String table(TableName table) {
    return schema.substring(0, schema.length() - SCHEMA.length()) + table.quoted();
  }

  String checkpoint() {
    return schema + ".checkpoint";
  }

  String outbox() {
    return schema + ".outbox";
  }

  String dead() {
    return schema + ".dead";
  }

  String owner() {
    return schema + ".owner";
  }

  String layout() {
    return schema + ".layout";
  }
}
