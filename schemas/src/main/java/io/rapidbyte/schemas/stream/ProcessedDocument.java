package io.rapidbyte.schemas.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stream is behind its transforms, as it stands in the processed topic's schemas under the
 * key {@code stream@version}.
 *
 * @param version of the schema behind the transforms, as it stands in its records
 * @param source the version of the stream's own schema that it was made of
 * @param topic the processed topic
 * @param sourceTopic the stream's own
 * @param key the columns that are one to one with the stream's key; empty where there are none, and
 *     rows can only be appended
 */
public record ProcessedDocument(
    TableName table,
    int version,
    int source,
    String topic,
    String sourceTopic,
    List<String> key,
    List<ProcessedColumn> columns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A column.
   *
   * @param type its Postgres type's name where it has one, else Arrow's
   */
  public record ProcessedColumn(String name, String type) {}

  public ProcessedDocument {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
  }

  /** The stream's name. */
  public String stream() {
    return table.toString();
  }

  /** The record's key. */
  public String recordKey() {
    return table + "@" + version;
  }

  /** Whether both describe the same columns and key, whatever their versions. */
  public boolean sameShape(ProcessedDocument other) {
    return columns.equals(other.columns) && key.equals(other.key);
  }

  /** The record's value: JSON, UTF-8. */
  public byte[] toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", table.schema());
    root.put("table", table.table());
    root.put("version", version);
    root.put("source_version", source);
    root.put("topic", topic);
    root.put("source_topic", sourceTopic);
    ArrayNode names = root.putArray("key");
    key.forEach(names::add);
    ArrayNode list = root.putArray("columns");
    columns.forEach(each -> list.addObject().put("name", each.name()).put("type", each.type()));
    return root.toString().getBytes(UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException where it is not such a document
   */
  public static ProcessedDocument fromJson(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      List<String> key = new ArrayList<>();
      root.required("key").forEach(name -> key.add(name.asText()));
      List<ProcessedColumn> columns = new ArrayList<>();
      root.required("columns")
          .forEach(
              each ->
                  columns.add(
                      new ProcessedColumn(
                          each.required("name").asText(), each.required("type").asText())));
      return new ProcessedDocument(
          new TableName(root.required("schema").asText(), root.required("table").asText()),
          root.required("version").asInt(),
          root.required("source_version").asInt(),
          root.required("topic").asText(),
          root.required("source_topic").asText(),
          key,
          columns);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not a processed stream's document: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a processed stream's document", e);
    }
  }
}
