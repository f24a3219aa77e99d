package io.rapidbyte.ingest.ddl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.ingest.catalog.ToldType;
import io.rapidbyte.ingest.ddl.SchemaEvent.Attached;
import io.rapidbyte.ingest.ddl.SchemaEvent.Rewritten;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads what {@link SchemaEventSql}'s function writes. */
public final class SchemaEventJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  private SchemaEventJson() {}

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException where it is none, or of another version
   */
  public static SchemaEvent read(byte[] content) {
    try {
      JsonNode root = JSON.readTree(content);
      if (root.path("v").asInt() != VERSION) {
        throw new IllegalArgumentException("a schema event of an unknown version");
      }
      return new SchemaEvent(
          text(root, "tag"),
          root.required("publications").asBoolean(),
          all(root, "gone", node -> new SchemaEvent.Gone(name(node), oid(node, "oid"))),
          all(root, "tables", SchemaEventJson::table),
          all(root, "types", SchemaEventJson::type),
          optional(root, "attached", node -> new Attached(oid(node, "oid"), name(node))),
          optional(
              root,
              "rewritten",
              node -> new Rewritten(oid(node, "oid"), node.required("plain").asBoolean())));
    } catch (IOException e) {
      throw new IllegalArgumentException("not a schema event", e);
    }
  }

  private static SchemaEvent.Table table(JsonNode node) {
    return new SchemaEvent.Table(
        name(node),
        oid(node, "oid"),
        ReplicaIdentity.of(letter(node, "identity")),
        all(node, "columns", SchemaEventJson::column),
        all(
            node,
            "indexes",
            index ->
                new SchemaEvent.Index(
                    index.required("primary").asBoolean(),
                    index.required("chosen").asBoolean(),
                    index.required("immediate").asBoolean(),
                    texts(index, "columns"))));
  }

  private static SchemaEvent.TableColumn column(JsonNode node) {
    return new SchemaEvent.TableColumn(
        text(node, "name"),
        node.required("num").asInt(),
        reference(node, "type"),
        node.required("null").asBoolean(),
        letter(node, "generated"),
        node.required("filled").asBoolean());
  }

  private static ToldType type(JsonNode node) {
    return new ToldType(
        oid(node, "oid"),
        letter(node, "kind"),
        text(node, "name"),
        oid(node, "element"),
        reference(node, "base"),
        texts(node, "labels"),
        all(
            node,
            "fields",
            field -> new ToldType.Field(text(field, "name"), reference(field, "type"))));
  }

  private static ToldType.Reference reference(JsonNode node, String type) {
    return new ToldType.Reference(
        oid(node, type), node.required("mod").asInt(), node.required("dims").asInt());
  }

  private static TableName name(JsonNode node) {
    return new TableName(text(node, "schema"), text(node, "table"));
  }

  private static <T> List<T> all(JsonNode node, String name, Function<JsonNode, T> read) {
    List<T> all = new ArrayList<>();
    node.required(name).forEach(each -> all.add(read.apply(each)));
    return all;
  }

  /** Functions of an earlier version did not tell it. */
  private static <T> List<T> optional(JsonNode node, String name, Function<JsonNode, T> read) {
    return node.has(name) ? all(node, name, read) : List.of();
  }

  private static List<String> texts(JsonNode node, String name) {
    return all(node, name, JsonNode::asText);
  }

  private static int oid(JsonNode node, String name) {
    return (int) node.required(name).asLong();
  }

  private static char letter(JsonNode node, String name) {
    String text = text(node, name);
    return text.isEmpty() ? ' ' : text.charAt(0);
  }

  private static String text(JsonNode node, String name) {
    return node.required(name).asText();
  }
}
