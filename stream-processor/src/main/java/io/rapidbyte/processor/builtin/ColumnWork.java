package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Transform.Bound;
import io.rapidbyte.processor.rows.Transform.Result;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Columns that are copied, or computed one value after the other. */
final class ColumnWork implements Bound {
  /** Makes a column's values. */
  interface Maker {
    /** A writer of the rows' values into a vector of the output's field. */
    Writer over(Rows rows, FieldVector target);
  }

  /** Makes values of one batch. */
  interface Writer {
    /**
     * Writes the value of a row; nothing for NULL.
     *
     * @throws RapidbyteException of scope RECORD where the row has none
     */
    void write(int row);
  }

  /** An output, and how it is made where it is no copy. */
  record Work(Output output, java.util.Optional<Maker> maker) {}

  private final String name;
  private final List<Work> works;
  private final BufferAllocator allocator;

  ColumnWork(String name, List<Work> works, BufferAllocator allocator) {
    this.name = name;
    this.works = List.copyOf(works);
    this.allocator = allocator;
  }

  static Work copy(Output output) {
    return new Work(output, java.util.Optional.empty());
  }

  static Work made(Output output, Maker maker) {
    return new Work(output, java.util.Optional.of(maker));
  }

  @Override
  public List<Output> outputs() {
    return works.stream().map(Work::output).toList();
  }

  @Override
  public Result apply(Rows rows) {
    List<FieldVector> columns = new ArrayList<>();
    Map<Integer, ErrorInfo> rejected = new HashMap<>();
    try {
      for (Work work : works) {
        Output output = work.output();
        if (work.maker().isEmpty()) {
          FieldVector column = rows.columns().get(output.from().getFirst());
          columns.add(Rows.share(column, output.field(), allocator));
        } else {
          FieldVector target = output.field().createVector(allocator);
          columns.add(target);
          fill(rows, work.maker().get(), target, rejected);
        }
      }
      return new Result.Mapped(columns, new BitSet(), rejected);
    } catch (RuntimeException | Error e) {
      columns.forEach(FieldVector::close);
      throw e;
    }
  }

  private void fill(Rows rows, Maker maker, FieldVector target, Map<Integer, ErrorInfo> rejected) {
    target.setInitialCapacity(rows.count());
    target.allocateNew();
    Writer writer = maker.over(rows, target);
    for (int row = 0; row < rows.count(); row++) {
      try {
        writer.write(row);
      } catch (RapidbyteException e) {
        if (e.error().scope() != Scope.RECORD) {
          throw e;
        }
        rejected.putIfAbsent(
            row, e.error().with("transform", name).with("column", target.getName()));
      }
    }
    target.setValueCount(rows.count());
  }
}
