package io.rapidbyte.sink.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.sink.destination.RefusedRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings one step's rows into an append table: each becomes a row. */
final class AppendLoad {
  /** From the Unix epoch to Postgres's, 2000-01-01. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  private static final int TEXT_OID = 25;

  private final Connection connection;
  private final TableWriter table;
  private final TableSql sql;
  private final StepRows rows;
  private final int partition;

  AppendLoad(Connection connection, TableWriter table, TableSql sql, StepRows rows, int partition) {
    this.connection = connection;
    this.table = table;
    this.sql = sql;
    this.rows = rows;
    this.partition = partition;
  }

  /** Applies the rows; returns those that cannot be, with which the transaction is to be undone. */
  List<RefusedRow> apply() throws SQLException {
    boolean staged = !sql.isExact();
    if (staged) {
      table.takeStage(connection);
    }
    List<RefusedRow> refused;
    String into = staged ? sql.copyStage() : sql.copyTable();
    try (CopyStream copy = new CopyStream(connection, into, sql.tableColumns().size())) {
      for (int row = 0; row < rows.count(); row++) {
        int number = row;
        copy.row(row, out -> fields(number, out));
      }
      refused = copy.end();
    }
    if (staged && refused.isEmpty()) {
      run(sql.append());
    }
    return refused;
  }

  private void fields(int row, Bytes out) {
    rows.data(row, out);
    out.int32(1).put(rows.op(row).code());
    out.int32(8).int64(rows.lsn(row));
    out.int32(8).int64(rows.ordinal(row));
    out.int32(8).int64(rows.xid(row));
    if (rows.hasTime(row)) {
      out.int32(8).int64(rows.timeMicros(row) - EPOCH_MICROS);
    } else {
      out.int32(-1);
    }
    out.int32(4).int32(rows.generation(row));
    unchanged(row, out);
    if (sql.partitioned()) {
      out.int32(4).int32(partition);
    }
  }

  /** A text array, as array_recv reads it; NULL where nothing is missing. */
  private void unchanged(int row, Bytes out) {
    if (!rows.hasUnchanged(row)) {
      out.int32(-1);
      return;
    }
    int start = out.length();
    out.int32(0).int32(1).int32(0).int32(TEXT_OID).int32(0).int32(1);
    int elements = 0;
    for (int column : rows.unchanged(row).stream().toArray()) {
      byte[] name = rows.columnName(column).getBytes(UTF_8);
      out.int32(name.length).put(name, 0, name.length);
      elements++;
    }
    out.patchInt32(start, out.length() - start - 4);
    out.patchInt32(start + 16, elements);
  }

  private void run(String statement) throws SQLException {
    try (Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }
}
