package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.batch.BatchRows;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;

/**
 * Rows on their way through transforms: columns, and for each row what happened to it, which row of
 * the source's batch it comes from, and which of its values did not change and are not there. Owns
 * its columns, not the source's batch.
 */
public final class Rows implements AutoCloseable {
  private final BatchView source;
  private final List<FieldVector> columns;
  private final int[] origins;
  private final Op[] ops;
  private final BitSet[] unchanged;

  Rows(BatchView source, List<FieldVector> columns, int[] origins, Op[] ops, BitSet[] unchanged) {
    this.source = source;
    this.columns = List.copyOf(columns);
    this.origins = origins;
    this.ops = ops;
    this.unchanged = unchanged;
  }

  /** A whole batch, sharing its buffers. */
  static Rows of(BatchView batch, BufferAllocator allocator) {
    int count = batch.rows();
    Op[] ops = new Op[count];
    BitSet[] unchanged = new BitSet[count];
    BitSet none = new BitSet();
    for (int row = 0; row < count; row++) {
      ops[row] = batch.op(row);
      unchanged[row] = batch.hasUnchanged(row) ? batch.unchanged(row) : none;
    }
    return new Rows(batch, shared(batch.data(), allocator), RowNumbers.upTo(count), ops, unchanged);
  }

  /** The old rows of a batch, as deletes with all the values they have. */
  static Rows before(BatchView batch, BufferAllocator allocator) {
    int[] rows = whoseOldRowIsThere(batch);
    List<FieldVector> columns = new ArrayList<>();
    try {
      for (FieldVector column : batch.data()) {
        FieldVector old = batch.before().getChild(column.getName());
        columns.add(
            old == null
                ? nulls(column.getField(), rows.length, allocator)
                : taken(old, rows, allocator));
      }
    } catch (RuntimeException | Error e) {
      columns.forEach(FieldVector::close);
      throw e;
    }
    Op[] ops = new Op[rows.length];
    Arrays.fill(ops, Op.DELETE);
    BitSet[] unchanged = new BitSet[rows.length];
    Arrays.fill(unchanged, new BitSet());
    return new Rows(batch, columns, rows, ops, unchanged);
  }

  private static int[] whoseOldRowIsThere(BatchView batch) {
    int[] rows = new int[batch.rows()];
    int count = 0;
    if (batch.before().getNullCount() < rows.length) {
      for (int row = 0; row < rows.length; row++) {
        if (!batch.before().isNull(row)) {
          rows[count++] = row;
        }
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** The batch that the rows come from: positions and times. */
  public BatchView source() {
    return source;
  }

  /** How many there are. */
  public int count() {
    return origins.length;
  }

  /** The data columns. */
  public List<FieldVector> columns() {
    return columns;
  }

  /** The row of {@link #source} that a row comes from. */
  public int origin(int row) {
    return origins[row];
  }

  /** The origin of each row; not to be changed. */
  int[] origins() {
    return origins;
  }

  /** What happened to a row. */
  public Op op(int row) {
    return ops[row];
  }

  /** Indexes of the columns whose values did not change and are not in the row. */
  public BitSet unchanged(int row) {
    return unchanged[row];
  }

  boolean hasUnchanged() {
    for (BitSet each : unchanged) {
      if (!each.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** A column under a field of the same type, sharing its buffers; the caller closes it. */
  public static FieldVector share(FieldVector column, Field as, BufferAllocator allocator) {
    TransferPair pair = column.getTransferPair(as, allocator);
    pair.splitAndTransfer(0, column.getValueCount());
    return (FieldVector) pair.getTo();
  }

  private static List<FieldVector> shared(List<FieldVector> columns, BufferAllocator allocator) {
    List<FieldVector> shared = new ArrayList<>();
    columns.forEach(column -> shared.add(share(column, column.getField(), allocator)));
    return shared;
  }

  private static FieldVector taken(FieldVector column, int[] rows, BufferAllocator allocator) {
    FieldVector taken = column.getField().createVector(allocator);
    try {
      BatchRows.copy(column, rows, taken);
      return taken;
    } catch (RuntimeException | Error e) {
      taken.close();
      throw e;
    }
  }

  /** A column of NULLs; the caller closes it. */
  public static FieldVector nulls(Field field, int count, BufferAllocator allocator) {
    FieldVector nulls = field.createVector(allocator);
    nulls.setInitialCapacity(count);
    nulls.allocateNew();
    nulls.setValueCount(count);
    return nulls;
  }

  /**
   * Some of the rows, copied.
   *
   * @param asDeletes which of the copies become deletes: only columns {@code kept} stay, whatever
   *     is unchanged is forgotten
   */
  Rows select(int[] rows, BitSet asDeletes, int[] kept, BufferAllocator allocator) {
    BitSet keep = new BitSet();
    IntStream.of(kept).forEach(keep::set);
    int[] cleared = rows.clone();
    asDeletes.stream().forEach(i -> cleared[i] = -1);
    List<FieldVector> copies = new ArrayList<>();
    try {
      for (int i = 0; i < columns.size(); i++) {
        copies.add(taken(columns.get(i), keep.get(i) ? rows : cleared, allocator));
      }
    } catch (RuntimeException | Error e) {
      copies.forEach(FieldVector::close);
      throw e;
    }
    int[] from = new int[rows.length];
    Op[] happened = new Op[rows.length];
    BitSet[] marks = new BitSet[rows.length];
    for (int i = 0; i < rows.length; i++) {
      from[i] = origins[rows[i]];
      happened[i] = asDeletes.get(i) ? Op.DELETE : ops[rows[i]];
      marks[i] = asDeletes.get(i) ? new BitSet() : unchanged[rows[i]];
    }
    return new Rows(source, copies, from, happened, marks);
  }

  /** The same rows with other columns, which the result owns. */
  Rows with(List<FieldVector> made, BitSet[] marks) {
    return new Rows(source, made, origins, ops, marks);
  }

  /**
   * Rows made of these, in any number, with columns that the result owns.
   *
   * @param from for each new row, the row that it was made of
   */
  Rows with(List<FieldVector> made, int[] from, BitSet[] marks) {
    int[] places = new int[from.length];
    Op[] happened = new Op[from.length];
    for (int row = 0; row < from.length; row++) {
      places[row] = origins[from[row]];
      happened[row] = ops[from[row]];
    }
    return new Rows(source, made, places, happened, marks);
  }

  /** No rows, of a shape that a transform makes. */
  static Rows none(BatchView source, List<Output> outputs, BufferAllocator allocator) {
    List<FieldVector> columns =
        outputs.stream().map(each -> nulls(each.field(), 0, allocator)).toList();
    return new Rows(source, columns, new int[0], new Op[0], new BitSet[0]);
  }

  /** Some of the rows, copied. */
  Rows select(int[] rows, BufferAllocator allocator) {
    return select(rows, new BitSet(), new int[0], allocator);
  }

  /** Rows of one shape behind each other, ordered by origin; takes both over. */
  static Rows merge(Rows first, Rows second, BufferAllocator allocator) {
    if (first.count() == 0 || second.count() == 0) {
      Rows empty = first.count() == 0 ? first : second;
      empty.close();
      return empty == first ? second : first;
    }
    try (first;
        second) {
      int count = first.count() + second.count();
      int[] picks = new int[count]; // below first.count(): of the first, else of the second
      for (int out = 0, a = 0, b = 0; out < count; out++) {
        boolean takeFirst =
            b == second.count() || (a < first.count() && first.origins[a] <= second.origins[b]);
        picks[out] = takeFirst ? a++ : first.count() + b++;
      }
      return first.picked(second, picks, allocator);
    }
  }

  private Rows picked(Rows other, int[] picks, BufferAllocator allocator) {
    List<FieldVector> merged = new ArrayList<>();
    int[] from = new int[picks.length];
    Op[] happened = new Op[picks.length];
    BitSet[] marks = new BitSet[picks.length];
    try {
      for (int c = 0; c < columns.size(); c++) {
        FieldVector target = columns.get(c).getField().createVector(allocator);
        merged.add(target);
        target.setInitialCapacity(picks.length);
        target.allocateNew();
        for (int i = 0; i < picks.length; i++) {
          boolean mine = picks[i] < count();
          Rows of = mine ? this : other;
          int row = mine ? picks[i] : picks[i] - count();
          BatchRows.copy(of.columns.get(c), row, target, i);
          from[i] = of.origins[row];
          happened[i] = of.ops[row];
          marks[i] = of.unchanged[row];
        }
        target.setValueCount(picks.length);
      }
      return new Rows(source, merged, from, happened, marks);
    } catch (RuntimeException | Error e) {
      merged.forEach(FieldVector::close);
      throw e;
    }
  }

  @Override
  public void close() {
    columns.forEach(FieldVector::close);
  }
}
