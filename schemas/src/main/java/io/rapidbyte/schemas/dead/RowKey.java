package io.rapidbyte.schemas.dead;

import io.rapidbyte.schemas.batch.BatchView;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;

/** A row's key as text: the key columns as a JSON object, in key order; empty without a key. */
public final class RowKey {
  private final List<FieldVector> columns;
  private final List<ValueVector> old;

  /** The keys of a batch. */
  public RowKey(BatchView batch) {
    List<FieldVector> keys = new ArrayList<>();
    List<ValueVector> oldKeys = new ArrayList<>();
    for (int index : batch.keyIndexes()) {
      FieldVector column = batch.data().get(index);
      keys.add(column);
      ValueVector before = batch.before().getChild(column.getName());
      if (before != null) {
        oldKeys.add(before);
      }
    }
    this.columns = List.copyOf(keys);
    this.old = List.copyOf(oldKeys);
  }

  /** The key of a row. */
  public String of(int row) {
    return columns.isEmpty() ? "" : RowJson.row(columns, row).toString();
  }

  /** The key in {@code _rb_before}, for a row that has one. */
  public String before(int row) {
    return old.isEmpty() ? "" : RowJson.row(old, row).toString();
  }
}
