package io.rapidbyte.schemas.type;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
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
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A value as JSON that a person reads: decimals with all their digits, bytes in base64, dates and
 * times in ISO form (infinity as the word), intervals as Postgres prints them, JSON as itself. Not
 * for exact replay, and not for the hot path.
 */
public final class ArrowJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int UUID_BYTES = 16;

  private ArrowJson() {}

  /** Writes the value of a row, {@code null} where it has none. */
  public static void write(FieldVector vector, int row, JsonGenerator out) throws IOException {
    if (vector.isNull(row)) {
      out.writeNull();
      return;
    }
    switch (vector) {
      case BitVector bits -> out.writeBoolean(bits.get(row) != 0);
      case Float4Vector numbers -> out.writeNumber(numbers.get(row));
      case Float8Vector numbers -> out.writeNumber(numbers.get(row));
      case DecimalVector numbers -> out.writeNumber(numbers.getObjectNotNull(row).toPlainString());
      case BaseIntVector _ -> out.writeNumber(text(vector, row));
      case VarCharVector _ -> string(vector, row, out);
      case VarBinaryVector bytes -> out.writeBinary(bytes.get(row));
      case FixedSizeBinaryVector bytes when bytes.getByteWidth() != UUID_BYTES ->
          out.writeBinary(bytes.get(row));
      case DateDayVector days -> date(days.get(row), out);
      case TimeStampMicroTZVector micros -> stamp(micros.get(row), "Z", out);
      case TimeStampMicroVector micros -> stamp(micros.get(row), "", out);
      case FixedSizeBinaryVector _ -> out.writeString(text(vector, row));
      case TimeMicroVector _ -> out.writeString(text(vector, row));
      case IntervalMonthDayNanoVector _ -> out.writeString(text(vector, row));
      case MapVector map -> map(map, row, out);
      case BaseListVector list -> list(list, row, out);
      case StructVector struct -> struct(struct, row, out);
      default -> out.writeString(String.valueOf(vector.getObject(row)));
    }
  }

  private static String text(FieldVector vector, int row) {
    Bytes bytes = new Bytes(32);
    ArrowText.of(vector).append(row, bytes);
    return new String(bytes.array(), 0, bytes.length(), StandardCharsets.UTF_8);
  }

  private static void string(FieldVector vector, int row, JsonGenerator out) throws IOException {
    String text = text(vector, row);
    boolean json =
        "arrow.json".equals(Landing.metadata(vector.getField(), ArrowTypes.EXTENSION_NAME));
    if (!json || !isJson(text)) {
      out.writeString(text);
      return;
    }
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      out.copyCurrentStructureExact(parser);
    }
  }

  private static boolean isJson(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      boolean any = false;
      while (parser.nextToken() != null) {
        any = true;
      }
      return any;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static void date(int days, JsonGenerator out) throws IOException {
    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
      out.writeString(days > 0 ? "infinity" : "-infinity");
    } else {
      out.writeString(LocalDate.ofEpochDay(days).toString());
    }
  }

  private static void stamp(long micros, String zone, JsonGenerator out) throws IOException {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      out.writeString(micros > 0 ? "infinity" : "-infinity");
      return;
    }
    Bytes time = new Bytes(32);
    TimeText.time(time, Math.floorMod(micros, TimeText.MICROS_PER_DAY));
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, TimeText.MICROS_PER_DAY));
    out.writeString(date + "T" + TextParse.ascii(time.array(), 0, time.length()) + zone);
  }

  private static void list(BaseListVector list, int row, JsonGenerator out) throws IOException {
    FieldVector elements = list.getChildrenFromFields().get(0);
    out.writeStartArray();
    for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
      write(elements, i, out);
    }
    out.writeEndArray();
  }

  private static void map(MapVector map, int row, JsonGenerator out) throws IOException {
    var parts = map.getDataVector().getChildrenFromFields();
    out.writeStartObject();
    for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
      out.writeFieldName(text(parts.get(0), i));
      write(parts.get(1), i, out);
    }
    out.writeEndObject();
  }

  private static void struct(StructVector struct, int row, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (FieldVector child : struct.getChildrenFromFields()) {
      out.writeFieldName(child.getName());
      write(child, row, out);
    }
    out.writeEndObject();
  }
}
