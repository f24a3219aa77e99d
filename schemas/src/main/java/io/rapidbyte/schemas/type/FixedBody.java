package io.rapidbyte.schemas.type;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;

/** Binary forms of one width, and bytes. */
final class FixedBody {
  private FixedBody() {}

  static CopyBody of(FieldVector vector, BaseType type) {
    return switch (type) {
      case BOOL -> {
        BitVector bits = (BitVector) vector;
        yield (row, out) -> out.put(bits.get(row));
      }
      case INT2, INT4, INT8 -> integer((BaseIntVector) vector, type);
      case FLOAT4 -> {
        Float4Vector numbers = (Float4Vector) vector;
        yield (row, out) -> out.int32(Float.floatToRawIntBits(numbers.get(row)));
      }
      case FLOAT8 -> {
        Float8Vector numbers = (Float8Vector) vector;
        yield (row, out) -> out.int64(Double.doubleToRawLongBits(numbers.get(row)));
      }
      case BYTEA -> new RawBody((VarBinaryVector) vector);
      case UUID -> uuid((FixedSizeBinaryVector) vector);
      case DATE -> {
        DateDayVector days = (DateDayVector) vector;
        yield (row, out) -> out.int32(date(days.get(row)));
      }
      case TIME -> {
        TimeMicroVector micros = (TimeMicroVector) vector;
        yield (row, out) -> out.int64(micros.get(row));
      }
      case TIMESTAMP, TIMESTAMPTZ -> {
        TimeStampVector micros = (TimeStampVector) vector;
        yield (row, out) -> out.int64(stamp(micros.get(row)));
      }
      case INTERVAL -> interval((IntervalMonthDayNanoVector) vector);
      default -> throw new IllegalArgumentException(type + " has no fixed form");
    };
  }

  private static CopyBody integer(BaseIntVector vector, BaseType type) {
    return switch (type) {
      case INT2 -> (row, out) -> out.int16((int) vector.getValueAsLong(row));
      case INT4 -> (row, out) -> out.int32((int) vector.getValueAsLong(row));
      default -> (row, out) -> out.int64(vector.getValueAsLong(row));
    };
  }

  private static CopyBody uuid(FixedSizeBinaryVector vector) {
    return (row, out) -> {
      int at = out.skip(16);
      vector.getDataBuffer().getBytes(row * 16L, out.array(), at, 16);
    };
  }

  static int date(int days) {
    return days == Integer.MAX_VALUE || days == Integer.MIN_VALUE
        ? days
        : days - TimeText.EPOCH_DAYS;
  }

  static long stamp(long micros) {
    return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE
        ? micros
        : micros - TimeText.EPOCH_MICROS;
  }

  private static CopyBody interval(IntervalMonthDayNanoVector vector) {
    return (row, out) -> {
      ArrowBuf data = vector.getDataBuffer();
      int months = IntervalMonthDayNanoVector.getMonths(data, row);
      int days = IntervalMonthDayNanoVector.getDays(data, row);
      long nanos = IntervalMonthDayNanoVector.getNanoseconds(data, row);
      out.int64(micros(months, days, nanos)).int32(days).int32(months);
    };
  }

  /** µs of an interval, whose infinity is the extreme in each part. */
  static long micros(int months, int days, long nanos) {
    boolean infinite =
        (months == Integer.MAX_VALUE && days == Integer.MAX_VALUE && nanos == Long.MAX_VALUE)
            || (months == Integer.MIN_VALUE
                && days == Integer.MIN_VALUE
                && nanos == Long.MIN_VALUE);
    return infinite ? nanos : Math.floorDiv(nanos, 1000);
  }
}
