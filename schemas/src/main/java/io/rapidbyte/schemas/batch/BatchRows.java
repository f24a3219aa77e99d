package io.rapidbyte.schemas.batch;

import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Some rows of a batch as a batch of their own. */
public final class BatchRows {
  private BatchRows() {}

  /**
   * Copies rows, in the order given; a row may come more than once.
   *
   * @return a batch with the same schema, in the allocator's memory; the caller closes it
   */
  public static VectorSchemaRoot copy(
      VectorSchemaRoot source, int[] rows, BufferAllocator allocator) {
    VectorSchemaRoot copy = VectorSchemaRoot.create(source.getSchema(), allocator);
    try {
      List<FieldVector> from = source.getFieldVectors();
      List<FieldVector> to = copy.getFieldVectors();
      for (int i = 0; i < from.size(); i++) {
        to.get(i).setInitialCapacity(rows.length);
        to.get(i).allocateNew();
        for (int row = 0; row < rows.length; row++) {
          value(from.get(i), rows[row], to.get(i), row);
        }
      }
      copy.setRowCount(rows.length);
      return copy;
    } catch (RuntimeException | Error e) {
      copy.close();
      throw e;
    }
  }

  /** Copies the rows that {@code keep} names, in the source's order. */
  public static VectorSchemaRoot copy(
      VectorSchemaRoot source, BitSet keep, BufferAllocator allocator) {
    return copy(
        source, keep.stream().filter(row -> row < source.getRowCount()).toArray(), allocator);
  }

  /**
   * Copies values of one column into another of the same type, which is empty.
   *
   * @param rows which, in the order given; a negative one is NULL
   */
  public static void copy(FieldVector source, int[] rows, FieldVector target) {
    target.setInitialCapacity(rows.length);
    target.allocateNew();
    for (int row = 0; row < rows.length; row++) {
      if (rows[row] >= 0) {
        value(source, rows[row], target, row);
      }
    }
    target.setValueCount(rows.length);
  }

  /**
   * Copies one value into a column that is being filled, in rising order; NULL is no write at all.
   */
  public static void copy(FieldVector source, int from, FieldVector target, int to) {
    value(source, from, target, to);
  }

  /**
   * Arrow's own copying of nested values knows no timestamps with a zone, so we descend ourselves.
   */
  private static void value(FieldVector source, int from, FieldVector target, int to) {
    if (source.isNull(from)) {
      return;
    }
    switch (source) {
      case ListVector list -> list(list, from, (ListVector) target, to);
      case FixedSizeListVector list -> {
        int start = ((FixedSizeListVector) target).startNewValue(to);
        int first = list.getElementStartIndex(from);
        for (int i = 0; i < list.getListSize(); i++) {
          value(child(list, 0), first + i, child(target, 0), start + i);
        }
      }
      case StructVector struct -> {
        ((StructVector) target).setIndexDefined(to);
        for (int i = 0; i < struct.getChildrenFromFields().size(); i++) {
          value(child(struct, i), from, child(target, i), to);
        }
      }
      default -> target.copyFromSafe(from, to, source);
    }
  }

  private static void list(ListVector source, int from, ListVector target, int to) {
    int first = source.getElementStartIndex(from);
    int count = source.getElementEndIndex(from) - first;
    int start = target.startNewValue(to);
    for (int i = 0; i < count; i++) {
      value(source.getDataVector(), first + i, target.getDataVector(), start + i);
    }
    target.endValue(to, count);
  }

  private static FieldVector child(FieldVector vector, int index) {
    return vector.getChildrenFromFields().get(index);
  }
}
