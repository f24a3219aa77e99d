package io.rapidbyte.sink.duckdb;

import io.rapidbyte.sink.destination.Step;

/** Statements that remove many rows at once: truncate and the end of a snapshot. */
final class RemovalSql {
  private RemovalSql() {}

  /** An append table keeps its rows: the statement then removes none. */
  static String truncate(TargetTable table, Step.Truncate truncate, int partition) {
    String delete = "DELETE FROM " + table.quoted();
    if (table.isAppend()) {
      return delete + " WHERE false";
    }
    if (!table.isPartitioned()) {
      return delete;
    }
    String lsn = Long.toUnsignedString(truncate.at().lsn().bits());
    String ordinal = Integer.toUnsignedString(truncate.at().ordinal());
    return delete
        + " WHERE _rb_partition = "
        + partition
        + " AND (_rb_lsn < "
        + lsn
        + " OR (_rb_lsn = "
        + lsn
        + " AND _rb_ordinal < "
        + ordinal
        + "))";
  }

  /**
   * @param ended the last generation that was complete; an append table keeps its snapshot rows
   */
  static String olderGenerations(TargetTable table, int generation, int ended, int partition) {
    String delete = "DELETE FROM " + table.quoted() + " WHERE _rb_generation < " + generation;
    if (table.isAppend()) {
      delete += " AND _rb_generation > " + ended + " AND _rb_op = 'r'";
    }
    return table.isPartitioned() ? delete + " AND _rb_partition = " + partition : delete;
  }
}
