package io.rapidbyte.schemas.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.type.PgType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema version as it stands in the schemas topic, under the key {@code stream@version}. Readers
 * learn from it which streams there are, in which topics, and what their columns mean.
 *
 * @param topic the stream's topic
 * @param from the LSN from which this version holds
 */
public record SchemaDocument(StreamSchema schema, String topic, Lsn from) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The record's key. */
  public String key() {
    return schema.stream() + "@" + schema.version();
  }

  /** The record's value: JSON, UTF-8. */
  public byte[] toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", schema.table().schema());
    root.put("table", schema.table().table());
    root.put("version", schema.version());
    root.put("topic", topic);
    root.put("lsn", from.toString());
    root.put("replica_identity", schema.identity().name().toLowerCase(java.util.Locale.ROOT));
    ArrayNode key = root.putArray("key");
    schema.key().forEach(key::add);
    ArrayNode columns = root.putArray("columns");
    for (Column column : schema.columns()) {
      ObjectNode node = columns.addObject();
      node.put("name", column.name());
      node.put("nullable", column.nullable());
      node.put("attnum", column.attributeNumber());
      if (column.as() != null) {
        node.put("as", column.as());
      }
      node.set("type", write(column.type()));
    }
    return root.toString().getBytes(UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException where it is not such a document
   */
  public static SchemaDocument fromJson(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      List<String> key = new ArrayList<>();
      root.required("key").forEach(name -> key.add(name.asText()));
      List<Column> columns = new ArrayList<>();
      for (JsonNode node : root.required("columns")) {
        columns.add(
            new Column(
                text(node, "name"),
                read(node.required("type")),
                node.required("nullable").asBoolean(),
                node.required("attnum").asInt(),
                node.hasNonNull("as") ? text(node, "as") : null));
      }
      StreamSchema schema =
          new StreamSchema(
              new TableName(text(root, "schema"), text(root, "table")),
              root.required("version").asInt(),
              columns,
              key,
              ReplicaIdentity.valueOf(
                  text(root, "replica_identity").toUpperCase(java.util.Locale.ROOT)));
      return new SchemaDocument(schema, text(root, "topic"), Lsn.parse(text(root, "lsn")));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a schema document: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a schema document", e);
    }
  }

  private static String text(JsonNode node, String name) {
    return node.required(name).asText();
  }

  private static ObjectNode write(PgType type) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("oid", Integer.toUnsignedLong(type.oid()));
    node.put("name", type.name());
    switch (type) {
      case PgType.Base base -> node.put("kind", "base").put("typmod", base.typmod());
      case PgType.Enumeration enumeration -> {
        ArrayNode labels = node.put("kind", "enum").putArray("labels");
        enumeration.labels().forEach(labels::add);
      }
      case PgType.Domain domain -> node.put("kind", "domain").set("base", write(domain.base()));
      case PgType.Array array ->
          node.put("kind", "array")
              .put("dimensions", array.dimensions())
              .set("element", write(array.element()));
      case PgType.Composite composite -> {
        ArrayNode attributes = node.put("kind", "composite").putArray("attributes");
        composite
            .attributes()
            .forEach(
                a -> attributes.addObject().put("name", a.name()).set("type", write(a.type())));
      }
    }
    return node;
  }

  private static PgType read(JsonNode node) {
    int oid = (int) node.required("oid").asLong();
    String name = text(node, "name");
    return switch (text(node, "kind")) {
      case "base" -> new PgType.Base(oid, name, node.required("typmod").asInt());
      case "enum" -> {
        List<String> labels = new ArrayList<>();
        node.required("labels").forEach(label -> labels.add(label.asText()));
        yield new PgType.Enumeration(oid, name, labels);
      }
      case "domain" -> new PgType.Domain(oid, name, read(node.required("base")));
      case "array" ->
          new PgType.Array(
              oid, name, read(node.required("element")), node.required("dimensions").asInt());
      case "composite" -> {
        List<PgType.Attribute> attributes = new ArrayList<>();
        for (JsonNode a : node.required("attributes")) {
          attributes.add(new PgType.Attribute(text(a, "name"), read(a.required("type"))));
        }
        yield new PgType.Composite(oid, name, attributes);
      }
      default -> throw new IllegalArgumentException("unknown kind of type: " + node.get("kind"));
    };
  }
}
