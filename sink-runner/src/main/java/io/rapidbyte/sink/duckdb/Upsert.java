package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.sink.destination.Batch;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/** Applies a step's rows to an upsert table. */
final class Upsert {
  private final Statements statements;
  private final UpsertSql sql;

  Upsert(Statements statements, UpsertSql sql) {
    this.statements = statements;
    this.sql = sql;
  }

  /** Numbers within the step of rows without a base; where there are any, nothing was put. */
  List<Integer> apply(List<Batch> batches, int partition) throws SQLException {
    BitSet unchanged = unchangedColumns(batches);
    if (unchanged.isEmpty()) {
      statements.execute(sql.stage());
    } else {
      List<Integer> withoutBase = complete(unchanged, hasKeyChange(batches));
      if (!withoutBase.isEmpty()) {
        return withoutBase;
      }
    }
    statements.execute(sql.delete());
    statements.execute(sql.insert(partition));
    return List.of();
  }

  private List<Integer> complete(BitSet unchanged, boolean keyChange) throws SQLException {
    statements.execute(sql.raw());
    if (keyChange) {
      List<Integer> missing = statements.integers(sql.keyChangesWithoutBase());
      if (!missing.isEmpty()) {
        return missing;
      }
      for (int column : unchanged.stream().toArray()) {
        statements.execute(sql.completeKeyChanges(column));
      }
      statements.execute(sql.keyChangesAreComplete());
    }
    List<Integer> missing = statements.integers(sql.rowsWithoutBase());
    if (missing.isEmpty()) {
      statements.execute(sql.stageCompleted(unchanged));
    }
    return missing;
  }

  /** Data columns that are unchanged in any row: only lists that are there are looked at. */
  private static BitSet unchangedColumns(List<Batch> batches) {
    BitSet columns = new BitSet();
    for (Batch batch : batches) {
      ListVector lists = (ListVector) batch.root().getVector(BatchColumns.UNCHANGED);
      int rows = batch.rowCount();
      if (rows == 0 || lists.getNullCount() == rows) {
        continue;
      }
      BaseIntVector items = (BaseIntVector) lists.getDataVector();
      int end = lists.getElementEndIndex(rows - 1);
      for (int i = lists.getElementStartIndex(0); i < end; i++) {
        columns.set((int) items.getValueAsLong(i));
      }
    }
    return columns;
  }

  private static boolean hasKeyChange(List<Batch> batches) {
    return batches.stream().map(Batch::root).anyMatch(Upsert::hasKeyChange);
  }

  private static boolean hasKeyChange(VectorSchemaRoot root) {
    var op = (TinyIntVector) root.getVector(BatchColumns.OP);
    var before = root.getVector(BatchColumns.BEFORE);
    var unchanged = root.getVector(BatchColumns.UNCHANGED);
    for (int row = 0; row < root.getRowCount(); row++) {
      if (!unchanged.isNull(row) && !before.isNull(row) && op.get(row) == Op.INSERT.code()) {
        return true;
      }
    }
    return false;
  }
}
