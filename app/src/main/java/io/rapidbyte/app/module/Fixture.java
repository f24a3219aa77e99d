package io.rapidbyte.app.module;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A change batch from a file: an Arrow IPC stream ({@code .arrow}) as it stands in a topic, or JSON
 * that a person writes:
 *
 * <pre>{@code
 * {
 *   "stream": "public.customers",
 *   "columns": { "id": "bigint", "email": "text", "joined": "timestamptz" },
 *   "key": ["id"],
 *   "rows": [
 *     { "id": 1, "email": "ada@example.com", "joined": "2026-01-01 00:00:00+00" },
 *     { "_rb_op": "u", "id": 2, "_rb_unchanged": ["email"], "_rb_before": { "id": 2 } },
 *     { "_rb_op": "d", "id": 3 }
 *   ]
 * }
 * }</pre>
 *
 * <p>Columns have Postgres types; values are JSON of the same kind, or the text that Postgres
 * prints. What a row does not say of itself is: {@code _rb_op} {@code c}, an insert; {@code _rb_ts}
 * 2000-01-01T00:00:00Z; position and transaction by its number.
 */
final class Fixture {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(com.fasterxml.jackson.core.JsonParser.Feature.ALLOW_COMMENTS)
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final long MAX_BYTES = 1L << 30;

  private Fixture() {}

  /**
   * Reads a batch; the caller closes it.
   *
   * @throws RapidbyteException {@code config/fixture}, naming file, row and column
   */
  static VectorSchemaRoot read(Path file, BufferAllocator allocator) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw refused(file, "cannot be read: " + e.getClass().getSimpleName(), "check the path");
    }
    if (file.toString().endsWith(".arrow")) {
      return ArrowIpc.read(bytes, allocator, MAX_BYTES);
    }
    try {
      JsonNode root = JSON.readTree(bytes);
      StreamSchema schema = schema(file, root);
      return new FixtureRows(file, schema).read(root.path("rows"), allocator);
    } catch (JsonProcessingException e) {
      throw refused(
          file,
          "line " + e.getLocation().getLineNr() + " is no JSON: " + e.getOriginalMessage(),
          "mend the line");
    } catch (IOException e) {
      throw refused(file, "cannot be read: " + e.getMessage(), "check the file");
    }
  }

  private static StreamSchema schema(Path file, JsonNode root) {
    JsonNode columns = root.path("columns");
    if (!columns.isObject() || columns.isEmpty()) {
      throw refused(
          file,
          "names no columns",
          "add \"columns\": {\"id\": \"bigint\", …}, each with its Postgres type");
    }
    List<Column> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : columns.properties()) {
      PgType type =
          FixtureTypes.of(each.getValue().asText())
              .orElseThrow(
                  () ->
                      refused(
                          file,
                          "column " + each.getKey() + " has no type: " + each.getValue(),
                          "name a Postgres type, such as text, bigint, numeric(10,2) or text[]"));
      all.add(new Column(each.getKey(), type, true, all.size() + 1, null));
    }
    List<String> key = new ArrayList<>();
    root.path("key").forEach(name -> key.add(name.asText()));
    String[] table = root.path("stream").asText("public.fixture").split("\\.", 2);
    ReplicaIdentity identity =
        root.path("replica_identity").asText("default").equals("full")
            ? ReplicaIdentity.FULL
            : ReplicaIdentity.DEFAULT;
    try {
      TableName name =
          table.length == 2 ? new TableName(table[0], table[1]) : new TableName("public", table[0]);
      return new StreamSchema(name, 1, all, key, identity);
    } catch (IllegalArgumentException e) {
      throw refused(file, String.valueOf(e.getMessage()), "correct \"columns\" and \"key\"");
    }
  }

  /** What is wrong with a fixture. */
  static RapidbyteException refused(Path file, String what, String mend) {
    return Failure.config("fixture", file + " " + what, mend);
  }

  /** A value as Postgres prints it. */
  static byte[] text(JsonNode value, PgType type) {
    return plain(value, type).getBytes(UTF_8);
  }

  private static String plain(JsonNode value, PgType type) {
    if (value.isArray() && type instanceof PgType.Array array) {
      List<String> items = new ArrayList<>();
      value.forEach(
          item -> items.add(item.isNull() ? "NULL" : quoted(plain(item, array.element()))));
      return "{" + String.join(",", items) + "}";
    }
    if (value.isBoolean()) {
      return value.asBoolean() ? "t" : "f";
    }
    boolean json = type.name().startsWith("json");
    return value.isTextual() || (value.isValueNode() && !json) ? value.asText() : value.toString();
  }

  private static String quoted(String item) {
    return '"' + item.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
