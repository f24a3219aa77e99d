package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.condition.Computation;
import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.TransformSpec.Drops;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import io.rapidbyte.schemas.stream.TableName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Lets rows pass for which the condition is true; as in SQL, unknown is not. */
record Filter(String name, Kind.Filter spec, TableName table) implements Transform {
  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    try {
      Expression expression = Expression.parse(spec.condition());
      Computation condition =
          expression.condition(List.of(table.schema(), table.table()), ArrowRow.slots(input));
      BitSet reads = new BitSet();
      expression.columns().forEach(column -> reads.set(input.indexOf(column)));
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < input.size(); i++) {
        outputs.add(Output.copy(input.items().get(i).field(), i));
      }
      return new Conditional(new Copies(outputs, allocator), condition, reads, spec.drops());
    } catch (RapidbyteException e) {
      throw Refusal.of(name, spec.condition(), Mistake.of(e));
    }
  }

  private record Conditional(Copies copies, Computation condition, BitSet reads, Drops drops)
      implements Bound {
    @Override
    public List<Output> outputs() {
      return copies.outputs();
    }

    @Override
    public Result apply(Rows rows) {
      BitSet dropped = new BitSet();
      Map<Integer, ErrorInfo> rejected = new HashMap<>();
      ArrowRow values = new ArrowRow(rows);
      for (int row = 0; row < rows.count(); row++) {
        try {
          boolean stays =
              rows.op(row) == Op.DELETE || Boolean.TRUE.equals(condition.of(values.at(row)));
          dropped.set(row, !stays);
        } catch (RapidbyteException e) {
          if (e.error().scope() != Scope.RECORD) {
            throw e;
          }
          rejected.put(row, e.error());
        }
      }
      List<FieldVector> columns = ((Result.Mapped) copies.apply(rows)).columns();
      return new Result.Mapped(columns, dropped, rejected);
    }
  }
}
