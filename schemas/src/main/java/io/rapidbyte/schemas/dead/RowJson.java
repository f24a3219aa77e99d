package io.rapidbyte.schemas.dead;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** A row for a person's eyes, and a key as text. For single rows: not for speed. */
public final class RowJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int UUID_BYTES = 16;

  private RowJson() {}

  /** The row's values under their columns' names. */
  public static ObjectNode row(List<? extends ValueVector> columns, int row) {
    ObjectNode node = JSON.objectNode();
    for (ValueVector column : columns) {
      node.set(column.getName(), value(column, row));
    }
    return node;
  }

  private static JsonNode value(ValueVector column, int row) {
    if (column.isNull(row)) {
      return JSON.nullNode();
    }
    if (column instanceof TimeStampMicroTZVector instants) {
      return JSON.textNode(instant(instants.get(row)));
    }
    if (column instanceof FixedSizeBinaryVector bytes
        && bytes.getByteWidth() == UUID_BYTES
        && ((FieldVector) column).getField().getMetadata().containsValue("arrow.uuid")) {
      return JSON.textNode(uuid(bytes.get(row)));
    }
    return node(column.getObject(row));
  }

  private static String instant(long micros) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    return java.time.Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000)
        .toString();
  }

  private static String uuid(byte[] bytes) {
    var buffer = java.nio.ByteBuffer.wrap(bytes);
    return new java.util.UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  private static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case Boolean bool -> JSON.booleanNode(bool);
      case BigDecimal decimal -> JSON.numberNode(decimal);
      case Double number when number.isNaN() || number.isInfinite() ->
          JSON.textNode(number.toString());
      case Float number when number.isNaN() || number.isInfinite() ->
          JSON.textNode(number.toString());
      case Double number -> JSON.numberNode(number);
      case Float number -> JSON.numberNode(number);
      case Number number -> JSON.numberNode(new BigDecimal(number.toString()));
      case Text text -> JSON.textNode(text.toString());
      case byte[] bytes -> JSON.textNode(Base64.getEncoder().encodeToString(bytes));
      case Map<?, ?> map -> {
        ObjectNode node = JSON.objectNode();
        map.forEach((name, item) -> node.set(String.valueOf(name), node(item)));
        yield node;
      }
      case List<?> list -> {
        ArrayNode node = JSON.arrayNode();
        list.forEach(item -> node.add(node(item)));
        yield node;
      }
      default -> JSON.textNode(value.toString());
    };
  }
}
