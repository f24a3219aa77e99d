package io.rapidbyte.app.module;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.wasm.http.HttpDoor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** Sends nothing: writes requests down, and answers as a person wrote; behind that, 200. */
final class RecordingDoor implements HttpDoor {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OK = 200;

  private final Queue<JsonNode> answers = new ArrayDeque<>();
  private final Consumer<ObjectNode> requests;

  /**
   * A door without an outside.
   *
   * @param answers a file with a list such as {@code [{"status": 429, "body": "slowly"}]}; it need
   *     not be there
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/fixture}
   */
  RecordingDoor(Path answers, Consumer<ObjectNode> requests) {
    this.requests = requests;
    if (!Files.exists(answers)) {
      return;
    }
    try {
      JSON.readTree(Files.readString(answers)).forEach(this.answers::add);
    } catch (JsonProcessingException e) {
      throw Fixture.refused(
          answers,
          "line " + e.getLocation().getLineNr() + " is no JSON: " + e.getOriginalMessage(),
          "mend the line");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] exchange(byte[] request, Duration time) {
    String text = new String(request, UTF_8);
    int end = text.indexOf('\n') < 0 ? text.length() : text.indexOf('\n');
    try {
      ObjectNode seen = (ObjectNode) JSON.readTree(text.substring(0, end));
      if (end + 1 < text.length()) {
        seen.set("body", body(text.substring(end + 1)));
      }
      requests.accept(seen);
    } catch (JsonProcessingException | ClassCastException e) {
      return "{\"status\":0,\"error\":{\"code\":\"broken\",\"message\":\"not a request\"}}\n"
          .getBytes(UTF_8);
    }
    JsonNode answer = answers.isEmpty() ? empty().put("status", OK) : answers.remove();
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put("status", answer.path("status").asInt());
    head.set("headers", answer.path("headers").isObject() ? answer.path("headers") : empty());
    if (answer.has("error")) {
      head.set("error", answer.path("error"));
    }
    return (head + "\n" + answer.path("body").asText("")).getBytes(UTF_8);
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Lines of JSON as a list, anything else as text. */
  private static JsonNode body(String text) {
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    try {
      for (String line : text.lines().toList()) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }
}
