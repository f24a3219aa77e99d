package io.rapidbyte.processor.wasm;

import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows as a guest gets them: the data columns, {@code _rb_op} and {@code _rb_unchanged}, as one
 * Arrow IPC stream.
 */
final class GuestBatch {
  private GuestBatch() {}

  /** A stream without rows, for {@code rb_schema}. */
  static byte[] empty(Shape shape, BufferAllocator allocator) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(shape), allocator)) {
      root.allocateNew();
      root.setRowCount(0);
      return ArrowIpc.write(root);
    }
  }

  /** The fields as they were said: a vector of lists names its child as it likes. */
  private static Schema schema(Shape shape) {
    List<Field> fields = new ArrayList<>();
    shape.items().forEach(item -> fields.add(item.field()));
    fields.add(BatchColumns.OP_FIELD);
    fields.add(BatchColumns.UNCHANGED_FIELD);
    return new Schema(fields);
  }

  /** The rows, which stay as they are. */
  static byte[] of(Shape shape, Rows rows, BufferAllocator allocator) {
    try (TinyIntVector ops = (TinyIntVector) BatchColumns.OP_FIELD.createVector(allocator);
        ListVector unchanged = (ListVector) BatchColumns.UNCHANGED_FIELD.createVector(allocator)) {
      int count = rows.count();
      ops.allocateNew(count);
      UInt2Vector items = (UInt2Vector) unchanged.getDataVector();
      for (int row = 0; row < count; row++) {
        ops.set(row, rows.op(row).code());
        BitSet marks = rows.unchanged(row);
        if (!marks.isEmpty()) {
          int at = unchanged.startNewValue(row);
          for (int mark = marks.nextSetBit(0); mark >= 0; mark = marks.nextSetBit(mark + 1)) {
            items.setSafe(at++, mark);
          }
          unchanged.endValue(row, marks.cardinality());
        }
      }
      ops.setValueCount(count);
      unchanged.setValueCount(count);
      List<FieldVector> all = new ArrayList<>(rows.columns());
      all.add(ops);
      all.add(unchanged);
      // Owns none of them: not closed.
      return ArrowIpc.write(new VectorSchemaRoot(schema(shape), all, count));
    }
  }
}
