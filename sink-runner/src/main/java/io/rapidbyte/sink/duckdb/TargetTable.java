package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.destination.StreamTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream's table in DuckDB: its name, and the columns that Rapidbyte adds.
 *
 * @param catalog the database file's name within DuckDB; named always, for a schema may be called
 *     alike
 */
record TargetTable(String catalog, StreamTarget target) {
  static final String GENERATION = "_rb_generation";
  static final String PARTITION = "_rb_partition";
  static final String UNCHANGED = "_rb_unchanged";

  /**
   * A column of ours.
   *
   * @param value its value, in terms of the stage
   */
  record OwnColumn(String name, String type, String value) {}

  /** The full name, quoted. */
  String quoted() {
    return quote(catalog) + "." + name().quoted();
  }

  /** The schema's full name, quoted. */
  String quotedSchema() {
    return quote(catalog) + "." + quote(name().schema());
  }

  TableName name() {
    return target.table();
  }

  boolean isAppend() {
    return target.mode() == WriteMode.APPEND;
  }

  boolean isPartitioned() {
    return target.partitions() > 1;
  }

  /** Our own columns, in order, as rows of {@code partition} fill them. */
  List<OwnColumn> ownColumns(int partition) {
    List<OwnColumn> columns = new ArrayList<>();
    columns.add(new OwnColumn(GENERATION, "INTEGER", "gen"));
    columns.add(new OwnColumn("_rb_lsn", "UBIGINT", "_rb_lsn"));
    columns.add(new OwnColumn("_rb_ordinal", "UINTEGER", "_rb_ordinal"));
    if (isPartitioned()) {
      columns.add(new OwnColumn(PARTITION, "INTEGER", Integer.toString(partition)));
    }
    if (isAppend()) {
      columns.add(new OwnColumn("_rb_op", "VARCHAR", "chr(_rb_op)"));
      columns.add(new OwnColumn("_rb_xid", "UINTEGER", "_rb_xid"));
      columns.add(new OwnColumn("_rb_ts", "TIMESTAMP WITH TIME ZONE", "_rb_ts"));
      columns.add(new OwnColumn(UNCHANGED, "VARCHAR[]", "_rb_unchanged"));
    }
    return columns;
  }
}
