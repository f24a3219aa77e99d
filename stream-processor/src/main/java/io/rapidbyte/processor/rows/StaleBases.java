package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.dead.RowKey;

/** Follows a batch's rows in their order and refuses those whose base was never delivered. */
record StaleBases(StaleKeys marked) {
  /** Adds to the tally's refusals and keeps the marks. */
  void judge(BatchView batch, Tally tally) {
    boolean quiet = marked.isEmpty() && tally.refused().isEmpty();
    if (quiet || batch.key().isEmpty()) {
      return;
    }
    RowKey keys = new RowKey(batch);
    boolean staleOldKey = false;
    for (int row = 0; row < batch.rows(); row++) {
      String key = keys.of(row);
      boolean stale = marked.contains(key);
      boolean keyChange = isKeyChange(batch, row);
      if (batch.hasUnchanged(row) && (keyChange ? staleOldKey : stale)) {
        tally.refuse(row, RowFailure.staleBase());
      }
      if (tally.refused().containsKey(row)) {
        marked.add(key);
      } else if (stale) {
        marked.remove(key);
      }
      boolean changesKeyNext =
          row + 1 < batch.rows() && isKeyChange(batch, row + 1) && keys.before(row + 1).equals(key);
      staleOldKey = changesKeyNext && stale;
    }
  }

  private static boolean isKeyChange(BatchView batch, int row) {
    return batch.op(row) == Op.INSERT && !batch.before().isNull(row);
  }
}
