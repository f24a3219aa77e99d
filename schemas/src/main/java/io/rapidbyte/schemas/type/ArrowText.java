package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.batch.BatchColumns;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Arrow values as the text that Postgres prints for them and reads. */
final class ArrowText {
  private ArrowText() {}

  static CopyBody of(FieldVector vector) {
    return switch (vector) {
      case VarCharVector text -> new RawBody(text);
      case VarBinaryVector bytes -> bytes(bytes);
      case BitVector bits -> (row, out) -> out.put(bits.get(row) == 0 ? 'f' : 't');
      case BaseIntVector numbers -> integer(numbers);
      case Float4Vector numbers -> (row, out) -> FloatText.append(out, numbers.get(row));
      case Float8Vector numbers -> (row, out) -> FloatText.append(out, numbers.get(row));
      case DecimalVector numbers ->
          (row, out) -> out.ascii(numbers.getObjectNotNull(row).toPlainString());
      case FixedSizeBinaryVector uuids -> uuid(uuids);
      case MapVector map -> new MapTextBody(map);
      case ListVector list when isVector(list) ->
          new VectorTextBody(list, of(list.getDataVector()));
      case ListVector list -> new ListTextBody(list, of(list.getDataVector()));
      case FixedSizeListVector list -> new VectorTextBody(list, of(list.getDataVector()));
      case StructVector struct -> struct(struct);
      default -> time(vector);
    };
  }

  private static boolean isVector(ListVector list) {
    return "vector".equals(Landing.metadata(list.getField(), BatchColumns.META_PG_TYPE));
  }

  private static CopyBody integer(BaseIntVector numbers) {
    boolean longs =
        numbers.getField().getType() instanceof ArrowType.Int type
            && type.getBitWidth() == 64
            && !type.getIsSigned();
    return longs
        ? (row, out) -> out.ascii(Long.toUnsignedString(numbers.getValueAsLong(row)))
        : (row, out) -> out.decimal(numbers.getValueAsLong(row));
  }

  /** bytea in its own form; PostGIS's values without a prefix. */
  private static CopyBody bytes(VarBinaryVector vector) {
    String type = Landing.metadata(vector.getField(), BatchColumns.META_PG_TYPE);
    boolean bare = type.equals("geometry") || type.equals("geography");
    Bytes scratch = new Bytes(64);
    RawBody raw = new RawBody(vector);
    return (row, out) -> {
      raw.append(row, scratch.reset());
      if (bare) {
        Hex.upper(out, scratch.array(), 0, scratch.length());
      } else {
        Hex.lower(out.ascii("\\x"), scratch.array(), 0, scratch.length());
      }
    };
  }

  private static CopyBody uuid(FixedSizeBinaryVector vector) {
    byte[] scratch = new byte[vector.getByteWidth()];
    return (row, out) -> {
      vector.getDataBuffer().getBytes((long) row * scratch.length, scratch);
      if (scratch.length == 16) {
        ScalarText.uuid(scratch, 0, out);
      } else {
        Hex.lower(out.ascii("\\x"), scratch, 0, scratch.length);
      }
    };
  }

  private static CopyBody struct(StructVector vector) {
    List<FieldVector> children = vector.getChildrenFromFields();
    return new StructTextBody(children, children.stream().map(ArrowText::of).toList());
  }

  private static CopyBody time(FieldVector vector) {
    return switch (vector) {
      case DateDayVector days ->
          (row, out) -> {
            int day = days.get(row);
            if (day == Integer.MAX_VALUE || day == Integer.MIN_VALUE) {
              TimeText.infinity(out, day > 0);
            } else {
              TimeText.date(out, day);
            }
          };
      case TimeMicroVector micros -> (row, out) -> TimeText.time(out, micros.get(row));
      case TimeStampVector micros -> {
        boolean utc =
            micros.getField().getType() instanceof ArrowType.Timestamp type
                && type.getTimezone() != null;
        yield (row, out) -> TimeText.stamp(out, micros.get(row), 0, utc);
      }
      case IntervalMonthDayNanoVector spans ->
          (row, out) -> {
            ArrowBuf data = spans.getDataBuffer();
            int months = IntervalMonthDayNanoVector.getMonths(data, row);
            int days = IntervalMonthDayNanoVector.getDays(data, row);
            long nanos = IntervalMonthDayNanoVector.getNanoseconds(data, row);
            TimeText.interval(out, months, days, FixedBody.micros(months, days, nanos));
          };
      default -> throw new IllegalArgumentException("no text form of " + vector.getField());
    };
  }
}
