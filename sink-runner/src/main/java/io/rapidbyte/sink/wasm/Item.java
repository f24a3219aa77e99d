package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.TableShape;
import java.util.ArrayList;
import java.util.List;

/** A group's steps as a module gets them: record by record. */
sealed interface Item {
  /**
   * Rows of one record, perhaps with gaps.
   *
   * @param pieces in order
   */
  record Rows(List<Piece> pieces) implements Item {
    long offset() {
      return pieces.getFirst().batch().offset();
    }
  }

  /**
   * Rows without a gap.
   *
   * @param firstInGroup the group's number of their first row
   */
  record Piece(Batch batch, int firstInGroup) {
    int from() {
      return batch.firstRow();
    }

    int to() {
      return batch.firstRow() + batch.rowCount();
    }
  }

  /** The columns change. */
  record Columns(TableShape shape) implements Item {}

  /**
   * A truncate, or a snapshot's end.
   *
   * @param name the same whenever it comes again
   */
  record Mark(RecordKind kind, TableShape shape, int generation, String name) implements Item {}

  /** The items of a group. */
  static List<Item> of(List<Step> steps, int generation) {
    List<Item> items = new ArrayList<>();
    List<Piece> open = new ArrayList<>();
    int row = 0;
    for (Step step : steps) {
      if (!(step instanceof Step.Rows rows)) {
        end(open, items);
        items.add(mark(step, generation));
        continue;
      }
      for (Batch batch : rows.batches()) {
        if (!open.isEmpty() && open.getFirst().batch().offset() != batch.offset()) {
          end(open, items);
        }
        open.add(new Piece(batch, row));
        row += batch.rowCount();
      }
    }
    end(open, items);
    return items;
  }

  private static void end(List<Piece> open, List<Item> items) {
    if (!open.isEmpty()) {
      items.add(new Rows(List.copyOf(open)));
      open.clear();
    }
  }

  private static Item mark(Step step, int generation) {
    return switch (step) {
      case Step.SchemaChange(TableShape shape) -> new Columns(shape);
      case Step.Truncate truncate ->
          new Mark(RecordKind.TRUNCATE, truncate.shape(), generation, "truncate-" + truncate.at());
      case Step.SnapshotEnd end ->
          new Mark(
              RecordKind.SNAPSHOT_END,
              end.shape(),
              end.generation(),
              "snapshot-end-" + end.generation());
      case Step.Rows rows -> throw new IllegalStateException("rows are no mark");
    };
  }
}
