package io.rapidbyte.sink.destination;

import io.rapidbyte.schemas.position.Position;
import java.util.List;

/** A part of a {@link Group} that is applied as a whole, in its place of the log. */
public sealed interface Step {
  /**
   * Changes and snapshot rows, in log order; never empty, all of one schema version and generation.
   *
   * <p><b>Upsert</b>: the effect is as if each row were applied in turn: {@code r}, {@code c} and
   * {@code u} put the row, {@code d} removes it. A destination reduces them to the last of each key
   * first. Columns in {@code _rb_unchanged} are not in the row: their values come from the newest
   * earlier row of the key in this step that has them, else from the table's row. Where {@code
   * _rb_before} is not null and the op is {@code c}, the row is a key change's new side, and they
   * come from the table's row of the key in {@code _rb_before}, as it stands when the step begins
   * (the host ends the step before it where an earlier row of the step touches that key, apart from
   * the key change's own delete right before it). A table's row is no base where its {@code
   * _rb_generation} is below the batch's. Where there is no base, or a delete lies between, the row
   * is refused with {@code data/missing-base}: {@link Applied.Refused}, never NULL.
   *
   * <p>Each row that is put carries {@code _rb_generation} (of its batch), {@code _rb_lsn} and
   * {@code _rb_ordinal}, and {@code _rb_partition} where the topic has several partitions.
   *
   * <p><b>Append</b>: each row becomes a row, with the same columns and {@code _rb_op} (its letter
   * as text), {@code _rb_xid}, {@code _rb_ts} and {@code _rb_unchanged} (names, as text list; null
   * where nothing is missing).
   */
  record Rows(List<Batch> batches) implements Step {
    public Rows {
      batches = List.copyOf(batches);
      if (batches.isEmpty()) {
        throw new IllegalArgumentException("a step of rows without batches");
      }
    }

    /** Rows of all batches. */
    public int rowCount() {
      return batches.stream().mapToInt(Batch::rowCount).sum();
    }

    /** The table's shape in this step. */
    public TableShape shape() {
      return TableShape.of(batches.getFirst().root().getSchema());
    }
  }

  /**
   * From here on the columns are these. The table is created, or columns are added. A column that
   * the source dropped stays and is NULL in new rows. A type that does not fit the table's column
   * fails the stream with the ALTER TABLE that mends it. Rows whose shape no such step announced
   * are treated alike, so a lost announcement costs nothing.
   */
  record SchemaChange(TableShape shape) implements Step {}

  /**
   * The table was truncated. Of a topic with several partitions, the rows of this partition that
   * lie below {@code at} go; else all. Append keeps its rows and adds none.
   */
  record Truncate(TableShape shape, Position at) implements Step {}

  /**
   * The snapshot of {@code generation} is complete. Upsert: rows of this partition with an older
   * generation go. Append: snapshot rows ({@code r}) of older generations go that never reached
   * their own end. {@link Claim.Generations#ended} is the highest that was applied.
   */
  record SnapshotEnd(TableShape shape, int generation) implements Step {}
}
