package io.rapidbyte.processor.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.builtin.ColumnWork.Work;
import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.condition.Computation;
import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.condition.ValueKind;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import io.rapidbyte.schemas.stream.TableName;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Adds columns that are computed from those that there are. A delete has none of them. */
record Add(String name, Kind.Add spec, TableName table) implements Transform {
  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      works.add(ColumnWork.copy(Output.copy(input.items().get(i).field(), i)));
    }
    spec.columns().forEach((column, text) -> works.add(work(input, column, text)));
    return new ColumnWork(name, works, allocator);
  }

  private Work work(Shape input, String column, String text) {
    if (input.indexOf(column) >= 0) {
      throw Refusal.of(
          name + ": there is a column " + column + " already", "choose another name, or drop it");
    }
    try {
      Expression expression = Expression.parse(text);
      Computation value =
          expression.value(List.of(table.schema(), table.table()), ArrowRow.slots(input));
      List<Integer> from = expression.columns().stream().map(input::indexOf).sorted().toList();
      Field field = Fields.added(column, ArrowRow.type(value.kind(), placeholder(column, value)));
      return ColumnWork.made(
          new Output(field, from, Relation.COMPUTED),
          (rows, target) -> {
            ArrowRow values = new ArrowRow(rows);
            return row -> {
              Object result = rows.op(row) == Op.DELETE ? null : value.of(values.at(row));
              if (result != null) {
                put(target, row, result);
              }
            };
          });
    } catch (RapidbyteException e) {
      throw Refusal.of(name + "." + column, text, Mistake.of(e));
    }
  }

  private Field placeholder(String column, Computation value) {
    if (value.kind() == ValueKind.OPAQUE) {
      throw Refusal.of(
          name + ": column " + column + " would be of a type that is not computed with",
          "name a column of text, numbers, dates, times, booleans or uuid");
    }
    return Fields.added(column, Fields.TEXT);
  }

  private static void put(FieldVector target, int row, Object value) {
    switch (target) {
      case BitVector bits -> bits.setSafe(row, (Boolean) value ? 1 : 0);
      case SmallIntVector numbers -> numbers.setSafe(row, ((Long) value).shortValue());
      case IntVector numbers -> numbers.setSafe(row, ((Long) value).intValue());
      case BigIntVector numbers -> numbers.setSafe(row, (Long) value);
      case Float4Vector numbers -> numbers.setSafe(row, (Float) value);
      case Float8Vector numbers -> numbers.setSafe(row, (Double) value);
      case VarCharVector text -> text.setSafe(row, text(value).getBytes(UTF_8));
      case DateDayVector days -> days.setSafe(row, day((Long) value));
      case TimeMicroVector micros -> micros.setSafe(row, (Long) value);
      case TimeStampVector micros -> micros.setSafe(row, micros((Long) value));
      case FixedSizeBinaryVector bytes -> bytes.setSafe(row, bytes((UUID) value));
      default -> throw new IllegalStateException("no column is of " + target.getField());
    }
  }

  private static String text(Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
  }

  private static int day(long day) {
    boolean infinite = day == Integer.MAX_VALUE || day == Integer.MIN_VALUE;
    return (int) (infinite ? day : day + ArrowRow.EPOCH_DAYS);
  }

  private static long micros(long micros) {
    boolean infinite = micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    return infinite ? micros : micros + ArrowRow.EPOCH_MICROS;
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }
}
