package io.rapidbyte.ingest.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Arrow values as the text that Postgres would print for them. */
final class ArrowPrinter {
  private static final String PG_TYPE = "pg.type";
  private static final long NANOS_PER_MICRO = 1000;

  private ArrowPrinter() {}

  static Cell cell(FieldVector vector, int row) {
    return text(vector, row).<Cell>map(Cell.Text::new).orElseGet(Cell.Null::new);
  }

  private static Optional<String> text(FieldVector vector, int row) {
    return vector.isNull(row) ? Optional.empty() : Optional.of(value(vector, row));
  }

  private static String value(FieldVector vector, int row) {
    return switch (vector) {
      case BitVector bits -> PostgresText.bool(bits.get(row) != 0);
      case BaseIntVector numbers -> Long.toString(numbers.getValueAsLong(row));
      case Float4Vector numbers -> PostgresText.real(numbers.get(row));
      case Float8Vector numbers -> PostgresText.real(numbers.get(row));
      case DecimalVector numbers -> numbers.getObject(row).toPlainString();
      case VarCharVector text -> new String(text.get(row), StandardCharsets.UTF_8);
      case VarBinaryVector bytes -> PostgresText.bytes(bytes.get(row));
      case FixedSizeBinaryVector bytes -> uuid(HexFormat.of().formatHex(bytes.get(row)));
      case MapVector map -> map(map, row);
      case FixedSizeListVector list -> vector(elements(list, row));
      case BaseListVector list -> list(list, row);
      case StructVector struct ->
          PostgresText.record(
              struct.getChildrenFromFields().stream().map(c -> text(c, row)).toList());
      default -> time(vector, row);
    };
  }

  private static String time(FieldVector vector, int row) {
    return switch (vector) {
      case DateDayVector days -> date(days.get(row));
      case TimeMicroVector micros -> PostgresText.time(micros.get(row));
      case TimeStampMicroTZVector micros -> stamp(micros.get(row), "+00");
      case TimeStampMicroVector micros -> stamp(micros.get(row), "");
      case IntervalMonthDayNanoVector spans -> interval(spans, row);
      default -> throw new AssertionError("no column is a " + vector.getField());
    };
  }

  private static String date(int day) {
    boolean infinite = day == Integer.MAX_VALUE || day == Integer.MIN_VALUE;
    return infinite ? infinity(day > 0) : PostgresText.date(day);
  }

  private static String stamp(long micros, String zone) {
    boolean infinite = micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    return infinite ? infinity(micros > 0) : PostgresText.timestamp(micros, zone);
  }

  private static String infinity(boolean positive) {
    return (positive ? "" : "-") + PostgresText.INFINITY;
  }

  private static String interval(IntervalMonthDayNanoVector spans, int row) {
    int months = IntervalMonthDayNanoVector.getMonths(spans.getDataBuffer(), row);
    int days = IntervalMonthDayNanoVector.getDays(spans.getDataBuffer(), row);
    long nanos = IntervalMonthDayNanoVector.getNanoseconds(spans.getDataBuffer(), row);
    if (nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE) {
      return infinity(nanos > 0);
    }
    return PostgresText.interval(months, days, nanos / NANOS_PER_MICRO);
  }

  private static String uuid(String hex) {
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }

  private static List<Optional<String>> elements(BaseListVector list, int row) {
    FieldVector inner = ((FieldVector) list).getChildrenFromFields().getFirst();
    List<Optional<String>> elements = new ArrayList<>();
    for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
      elements.add(text(inner, i));
    }
    return elements;
  }

  private static String list(BaseListVector list, int row) {
    String type = ((FieldVector) list).getField().getMetadata().getOrDefault(PG_TYPE, "");
    return type.equals("vector")
        ? vector(elements(list, row))
        : PostgresText.array(elements(list, row), type.equals("box[]") ? ';' : ',');
  }

  private static String vector(List<Optional<String>> elements) {
    return "[" + String.join(",", elements.stream().map(Optional::orElseThrow).toList()) + "]";
  }

  private static String map(MapVector map, int row) {
    FieldVector entries = map.getDataVector();
    List<FieldVector> parts = entries.getChildrenFromFields();
    List<Map.Entry<String, Optional<String>>> found = new ArrayList<>();
    for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
      found.add(Map.entry(text(parts.get(0), i).orElseThrow(), text(parts.get(1), i)));
    }
    return PostgresText.hstore(found);
  }
}
