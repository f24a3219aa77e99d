package io.rapidbyte.app.module;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchJson;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a module made of its input, or shall make: a line for each row, for each row that it refused
 * and for each row that it sent to another topic; of a destination, for each request. Equal lines,
 * equal outcome.
 *
 * <p>Of a row the data columns count, {@code _rb_op} where it is no insert, {@code _rb_unchanged},
 * {@code _rb_before} and {@code _rb_sub}; where it stands in the log does not.
 */
final class ModuleOutput {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_COMMENTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final List<String> PLACES =
      List.of(BatchColumns.LSN, BatchColumns.ORDINAL, BatchColumns.XID, BatchColumns.TS);

  private final ArrayNode rows = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode refused = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode requests = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode ends = JsonNodeFactory.instance.arrayNode();
  private final ObjectNode routes = JsonNodeFactory.instance.objectNode();

  /** Nothing yet. */
  ModuleOutput() {}

  /** Adds what came of a batch. */
  void add(Chain.Outcome outcome) {
    for (Chain.Batch batch : outcome.batches()) {
      ArrayNode into = batch.route().isEmpty() ? rows : routes.withArray("/" + batch.route());
      BatchView view = new BatchView(batch.root());
      for (int row = 0; row < view.rows(); row++) {
        into.add(row(view, row));
      }
    }
    for (Map.Entry<Integer, ErrorInfo> each : outcome.refused().entrySet()) {
      refused.addObject().put("row", each.getKey() + 1).put("code", each.getValue().code());
    }
  }

  /** Adds a request of a destination. */
  void add(ObjectNode request) {
    requests.add(request);
  }

  /** Adds a row that a destination does not take. */
  void refuse(int row, ErrorInfo error) {
    refused.addObject().put("row", row + 1).put("code", error.code());
  }

  /** A pipeline would wait here, or stop. */
  void fail(ErrorInfo error) {
    ends.addObject()
        .put(error.retryable() ? "waits" : "stops", error.code())
        .put("message", error.message());
  }

  private static ObjectNode row(BatchView view, int row) {
    ObjectNode node = (ObjectNode) parsed(BatchJson.line(view, row));
    node.remove(PLACES);
    if (node.path(BatchColumns.OP).asText().equals("c")) {
      node.remove(BatchColumns.OP);
    }
    return node;
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row is no JSON", e);
    }
  }

  /** Reads what a person wrote. */
  static ModuleOutput read(Path file) {
    ModuleOutput output = new ModuleOutput();
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      root.path("rows").forEach(output.rows::add);
      root.path("refused").forEach(output.refused::add);
      root.path("requests").forEach(output.requests::add);
      root.path("ends").forEach(output.ends::add);
      for (Map.Entry<String, JsonNode> route : root.path("routes").properties()) {
        route.getValue().forEach(output.routes.withArray("/" + route.getKey())::add);
      }
      return output;
    } catch (JsonProcessingException e) {
      throw Fixture.refused(
          file,
          "line " + e.getLocation().getLineNr() + " is no JSON: " + e.getOriginalMessage(),
          "mend the line, or write the file anew with --update");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document that {@link #read} reads, a row a line. */
  String document() {
    boolean destination = rows.isEmpty() && !(requests.isEmpty() && ends.isEmpty());
    StringBuilder text = new StringBuilder("{\n  ");
    text.append(destination ? "\"requests\": " : "\"rows\": ")
        .append(array(destination ? requests : rows, "  "));
    if (!ends.isEmpty()) {
      text.append(",\n  \"ends\": ").append(array(ends, "  "));
    }
    if (!refused.isEmpty()) {
      text.append(",\n  \"refused\": ").append(array(refused, "  "));
    }
    if (!routes.isEmpty()) {
      List<String> each = new ArrayList<>();
      routes
          .properties()
          .forEach(
              route ->
                  each.add(
                      "    "
                          + JSON.valueToTree(route.getKey())
                          + ": "
                          + array(route.getValue(), "    ")));
      text.append(",\n  \"routes\": {\n").append(String.join(",\n", each)).append("\n  }");
    }
    return text.append("\n}\n").toString();
  }

  private static String array(JsonNode items, String indent) {
    List<String> lines = new ArrayList<>();
    items.forEach(item -> lines.add(indent + "  " + item));
    return lines.isEmpty() ? "[]" : "[\n" + String.join(",\n", lines) + "\n" + indent + "]";
  }

  /** The lines, columns in {@code order}'s order; a column that is not named is NULL. */
  List<String> lines(ModuleOutput order) {
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add("row " + line(row, order.rows)));
    requests.forEach(request -> request(request, lines));
    ends.forEach(end -> lines.add("ends " + end));
    refused.forEach(
        each -> lines.add("refused row " + each.path("row") + ": " + each.path("code").asText()));
    routes
        .properties()
        .forEach(
            route ->
                route
                    .getValue()
                    .forEach(
                        row ->
                            lines.add(
                                "to "
                                    + route.getKey()
                                    + " "
                                    + line(row, order.routes.path(route.getKey())))));
    return lines;
  }

  /** A line for the request, one for each header and one for each line of its body. */
  private static void request(JsonNode request, List<String> lines) {
    lines.add("request " + request.path("method").asText() + " " + request.path("url").asText());
    request
        .path("headers")
        .properties()
        .forEach(each -> lines.add("  " + each.getKey() + ": " + each.getValue().asText()));
    JsonNode body = request.path("body");
    if (body.isArray()) {
      body.forEach(each -> lines.add("  " + plain(each)));
    } else if (!body.isMissingNode()) {
      lines.add("  " + body);
    }
  }

  private static String line(JsonNode row, JsonNode like) {
    ObjectNode ordered = JsonNodeFactory.instance.objectNode();
    if (!like.isEmpty()) {
      for (Map.Entry<String, JsonNode> column : like.get(0).properties()) {
        if (!column.getKey().startsWith(BatchColumns.PREFIX)) {
          ordered.set(column.getKey(), plain(row.path(column.getKey())));
        }
      }
    }
    for (Map.Entry<String, JsonNode> column : row.properties()) {
      boolean insert =
          column.getKey().equals(BatchColumns.OP) && column.getValue().asText().equals("c");
      if (!insert && !ordered.has(column.getKey())) {
        ordered.set(column.getKey(), plain(column.getValue()));
      }
    }
    return ordered.toString();
  }

  /** Numbers that are equal print alike. */
  private static JsonNode plain(JsonNode value) {
    if (value.isMissingNode()) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (!value.isNumber()) {
      return value;
    }
    BigDecimal number = value.decimalValue();
    return JsonNodeFactory.instance.numberNode(
        number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
  }
}
