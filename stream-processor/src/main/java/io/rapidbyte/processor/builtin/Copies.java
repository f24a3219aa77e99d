package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Transform.Bound;
import io.rapidbyte.processor.rows.Transform.Result;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Outputs that are all copies of inputs: buffers are shared, nothing is copied. */
record Copies(List<Output> outputs, BufferAllocator allocator) implements Bound {
  @Override
  public Result apply(Rows rows) {
    List<FieldVector> columns = new ArrayList<>();
    for (Output each : outputs) {
      FieldVector column = rows.columns().get(each.from().getFirst());
      columns.add(Rows.share(column, each.field(), allocator));
    }
    return new Result.Mapped(columns, new BitSet(), Map.of());
  }
}
