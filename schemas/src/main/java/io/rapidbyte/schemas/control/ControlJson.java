package io.rapidbyte.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands as values of the control topic: JSON, UTF-8, under the command's id. */
public final class ControlJson {
  private static final int FORMAT = 1;
  private static final String RESYNC = "resync";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlJson() {}

  /** The record's value. */
  public static byte[] write(ResyncCommand command) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("format", FORMAT);
    root.put("command", RESYNC);
    root.put("requested_at", command.requestedAt().toString());
    switch (command.target()) {
      case ResyncCommand.Everything(int floor) -> root.put("all", true).put("floor", floor);
      case ResyncCommand.Streams(List<String> names) -> names.forEach(array(root, "streams")::add);
      case ResyncCommand.Keys(String stream, List<List<String>> keys) -> {
        array(root, "streams").add(stream);
        ArrayNode rows = array(root, "keys");
        keys.forEach(key -> key.forEach(rows.addArray()::add));
      }
    }
    return root.toString().getBytes(UTF_8);
  }

  private static ArrayNode array(ObjectNode root, String name) {
    return root.putArray(name);
  }

  /**
   * Reads a record.
   *
   * @return the command; empty where it is one that this version does not know
   * @throws IllegalArgumentException where the value is no command at all
   */
  public static Optional<ResyncCommand> read(String id, byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      boolean known =
          root.path("format").asInt() == FORMAT && root.path("command").asText().equals(RESYNC);
      if (!known) {
        return Optional.empty();
      }
      Instant at = Instant.parse(root.required("requested_at").asText());
      return Optional.of(new ResyncCommand(id, target(root), at));
    } catch (IOException | java.time.DateTimeException e) {
      throw new IllegalArgumentException("not a command: " + id, e);
    }
  }

  private static ResyncCommand.Target target(JsonNode root) {
    if (root.path("all").asBoolean()) {
      return new ResyncCommand.Everything(root.required("floor").asInt());
    }
    List<String> streams = texts(root.required("streams"));
    if (!root.has("keys")) {
      return new ResyncCommand.Streams(streams);
    }
    List<List<String>> keys = new ArrayList<>();
    root.required("keys").forEach(key -> keys.add(texts(key)));
    return new ResyncCommand.Keys(streams.getFirst(), keys);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
