package io.rapidbyte.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/** A row's key as somebody types it. */
final class KeyArgument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private KeyArgument() {}

  /**
   * The key columns' values in text form, in key order.
   *
   * @param text the value itself where the key is one column, else a JSON array in key order or a
   *     JSON object by column
   */
  static List<String> parse(String text, StreamSchema schema) {
    List<String> key = schema.key();
    if (key.isEmpty()) {
      throw Failure.config(
          "key",
          schema.stream() + " has no key: its rows cannot be read one by one",
          "copy it as a whole: rapidbyte resync " + schema.stream());
    }
    if (key.size() == 1 && !text.startsWith("{") && !text.startsWith("[")) {
      return List.of(text);
    }
    JsonNode node = read(text, schema);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      JsonNode value = node.isArray() ? node.path(i) : node.path(key.get(i));
      if (!value.isValueNode() || value.isNull()) {
        throw mistyped(text, schema);
      }
      values.add(value.asText());
    }
    if (node.size() != key.size()) {
      throw mistyped(text, schema);
    }
    return values;
  }

  private static JsonNode read(String text, StreamSchema schema) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.isArray() || node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new RapidbyteException(mistyped(text, schema).error(), e);
    }
    throw mistyped(text, schema);
  }

  private static RapidbyteException mistyped(String text, StreamSchema schema) {
    List<String> example = schema.key().stream().map(name -> "\"" + name + "\": \"…\"").toList();
    return Failure.config(
        "key",
        "%s is no key of %s, which is (%s)"
            .formatted(text, schema.stream(), String.join(", ", schema.key())),
        "write --key '{" + String.join(", ", example) + "}'");
  }
}
