package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.builtin.ColumnWork.Work;
import io.rapidbyte.processor.builtin.ColumnWork.Writer;
import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import io.rapidbyte.schemas.type.CopyBody;
import io.rapidbyte.schemas.type.CopyWriters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Gives columns other types: what Postgres would read from the value's text form. */
record Cast(String name, Kind.Cast spec) implements Transform {
  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    spec.types().keySet().forEach(column -> Refusal.index(name, input, column));
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      int index = i;
      Field field = input.items().get(i).field();
      Optional<String> as = Optional.ofNullable(spec.types().get(field.getName()));
      works.add(
          as.isEmpty()
              ? ColumnWork.copy(Output.copy(field, i))
              : work(field, index, Fields.cast(field, as.get())));
    }
    return new ColumnWork(name, works, allocator);
  }

  private static Work work(Field from, int index, Column column) {
    Field to = ArrowTypes.field(column);
    Relation relation = keepsApart(from, to) ? Relation.ONE_TO_ONE : Relation.COMPUTED;
    return ColumnWork.made(
        new Output(to, List.of(index), relation),
        (rows, target) -> writer(rows, index, target, ColumnWriters.of(column, target)));
  }

  /** Text forms of whole numbers, and of text itself, differ wherever the values do. */
  private static boolean keepsApart(Field from, Field to) {
    boolean exact =
        from.getType() instanceof ArrowType.Int
            || from.getType() instanceof ArrowType.FixedSizeBinary
            || from.getType().equals(to.getType());
    return exact
        && (to.getType() instanceof ArrowType.Utf8 || to.getType() instanceof ArrowType.Int);
  }

  /** A decimal whose fraction is zero is a whole number. */
  private static CopyBody text(FieldVector source, FieldVector target) {
    return source instanceof DecimalVector numbers && target instanceof BaseIntVector
        ? (row, out) ->
            out.ascii(numbers.getObjectNotNull(row).stripTrailingZeros().toPlainString())
        : CopyWriters.text(source);
  }

  private static Writer writer(Rows rows, int index, FieldVector target, ColumnWriter writer) {
    FieldVector source = rows.columns().get(index);
    CopyBody text = text(source, target);
    Bytes scratch = new Bytes(64);
    return row -> {
      if (source.isNull(row)) {
        return;
      }
      text.append(row, scratch.reset());
      try {
        writer.text(row, scratch.array(), 0, scratch.length());
      } catch (RapidbyteException e) {
        writer.none(row);
        throw e;
      }
    };
  }
}
