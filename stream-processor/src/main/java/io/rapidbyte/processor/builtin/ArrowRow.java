package io.rapidbyte.processor.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.condition.Computation;
import io.rapidbyte.schemas.condition.Ordering;
import io.rapidbyte.schemas.condition.Slot;
import io.rapidbyte.schemas.condition.ValueKind;
import io.rapidbyte.schemas.type.PgType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Arrow's values as expressions read them. For one thread. */
final class ArrowRow implements Computation.Row {
  /** Days and microseconds from Arrow's epoch to Postgres's. */
  static final int EPOCH_DAYS = 10_957;

  static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;

  private final List<FieldVector> columns;
  private final ValueKind[] kinds;
  private int row;

  ArrowRow(Rows rows) {
    this.columns = rows.columns();
    this.kinds = columns.stream().map(column -> kind(column.getField())).toArray(ValueKind[]::new);
  }

  ArrowRow at(int index) {
    row = index;
    return this;
  }

  /** The columns that an expression may name. Text has no order that we know of. */
  static Map<String, Slot> slots(Shape shape) {
    Map<String, Slot> slots = new HashMap<>();
    for (int i = 0; i < shape.size(); i++) {
      Field field = shape.items().get(i).field();
      ValueKind kind = kind(field);
      Ordering ordering = kind.isText() ? Ordering.LOCALE : Ordering.NONE;
      slots.put(field.getName(), new Slot(i, type(kind, field), ordering));
    }
    return slots;
  }

  /** What a column's values are: what its Postgres type says, where they still are of that type. */
  static ValueKind kind(Field field) {
    String pg = field.getMetadata().getOrDefault(BatchColumns.META_PG_TYPE, "");
    return switch (field.getType()) {
      case ArrowType.Bool _ -> ValueKind.BOOL;
      case ArrowType.Int number when number.getIsSigned() && number.getBitWidth() == 16 ->
          ValueKind.INT2;
      case ArrowType.Int number when number.getIsSigned() && number.getBitWidth() == 32 ->
          ValueKind.INT4;
      case ArrowType.Int number when number.getIsSigned() && number.getBitWidth() == 64 ->
          ValueKind.INT8;
      case ArrowType.Decimal _ -> ValueKind.NUMERIC;
      case ArrowType.FloatingPoint number ->
          switch (number.getPrecision()) {
            case SINGLE -> ValueKind.FLOAT4;
            case DOUBLE -> ValueKind.FLOAT8;
            case HALF -> ValueKind.OPAQUE;
          };
      case ArrowType.Date _ -> ValueKind.DATE;
      case ArrowType.Time _ -> ValueKind.TIME;
      case ArrowType.Timestamp stamp ->
          stamp.getTimezone() == null ? ValueKind.TIMESTAMP : ValueKind.TIMESTAMPTZ;
      case ArrowType.FixedSizeBinary bytes when bytes.getByteWidth() == 16 -> ValueKind.UUID;
      case ArrowType.Utf8 _ ->
          switch (pg) {
            case "numeric" -> ValueKind.NUMERIC;
            case "character", "bpchar" -> ValueKind.BPCHAR;
            default -> ValueKind.TEXT;
          };
      default -> ValueKind.OPAQUE;
    };
  }

  /** A Postgres type of the kind. */
  static PgType type(ValueKind kind, Field field) {
    return switch (kind) {
      case BOOL -> new PgType.Base(16, "boolean", -1);
      case INT2 -> new PgType.Base(21, "smallint", -1);
      case INT4 -> new PgType.Base(23, "integer", -1);
      case INT8 -> new PgType.Base(20, "bigint", -1);
      case NUMERIC -> new PgType.Base(1700, "numeric", -1);
      case FLOAT4 -> new PgType.Base(700, "real", -1);
      case FLOAT8 -> new PgType.Base(701, "double precision", -1);
      case TEXT, ENUM, UNKNOWN -> Fields.TEXT;
      case BPCHAR -> new PgType.Base(1042, "character", -1);
      case DATE -> new PgType.Base(1082, "date", -1);
      case TIME -> new PgType.Base(1083, "time without time zone", -1);
      case TIMESTAMP -> new PgType.Base(1114, "timestamp without time zone", -1);
      case TIMESTAMPTZ -> new PgType.Base(1184, "timestamp with time zone", -1);
      case UUID -> new PgType.Base(2950, "uuid", -1);
      case OPAQUE -> new PgType.Base(17, field.getName(), -1);
    };
  }

  @Override
  public @Nullable Object get(int slot) {
    FieldVector column = columns.get(slot);
    return column.isNull(row) ? null : value(column, kinds[slot]);
  }

  private Object value(FieldVector column, ValueKind kind) {
    return switch (column) {
      case BitVector bits -> bits.get(row) != 0;
      case BaseIntVector numbers -> numbers.getValueAsLong(row);
      case DecimalVector numbers -> numbers.getObjectNotNull(row);
      case Float4Vector numbers -> numbers.get(row);
      case Float8Vector numbers -> numbers.get(row);
      case VarCharVector text -> kind.parse(new String(text.get(row), UTF_8));
      case DateDayVector days -> day(days.get(row));
      case TimeMicroVector micros -> micros.get(row);
      case TimeStampVector micros -> micros(micros.get(row));
      case FixedSizeBinaryVector bytes when kind == ValueKind.UUID -> uuid(bytes.get(row));
      default -> true; // only asked whether it is there
    };
  }

  private static Long day(int day) {
    boolean infinite = day == Integer.MAX_VALUE || day == Integer.MIN_VALUE;
    return infinite ? (long) day : (long) day - EPOCH_DAYS;
  }

  private static Long micros(long micros) {
    boolean infinite = micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    return infinite ? micros : micros - EPOCH_MICROS;
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
