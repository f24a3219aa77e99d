package io.rapidbyte.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A pipeline that runs in another process of the same home, reached by what that process wrote
 * down. What it wrote may be out of date: then nobody answers.
 */
public final class Running {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final String url;

  private Running(String url) {
    this.url = url;
  }

  /** Writes down how to reach this process; the file goes when it is closed. */
  public static AutoCloseable announce(Home home, String pipeline, String url) {
    Path file = home.running(pipeline);
    try {
      Files.createDirectories(file.getParent());
      ObjectNode note = JsonNodeFactory.instance.objectNode();
      note.put("url", url).put("pid", ProcessHandle.current().pid());
      Files.writeString(file, note.toString(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return () -> Files.deleteIfExists(file);
  }

  /** The running process of a pipeline, if one answers. */
  public static Optional<Running> find(Home home, String pipeline) {
    try {
      JsonNode note = JSON.readTree(Files.readString(home.running(pipeline), UTF_8));
      Running running = new Running(note.path("url").asText());
      running.get("/healthz");
      return Optional.of(running);
    } catch (IOException | RapidbyteException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Its status, as {@link StatusJson} makes it. */
  public JsonNode status() {
    return parse(get("/api/status"));
  }

  /** One SELECT in a destination; columns and rows. */
  public JsonNode query(String destination, String sql, int maxRows) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("destination", destination).put("sql", sql).put("max_rows", maxRows);
    JsonNode answer =
        parse(
            send(
                HttpRequest.newBuilder(URI.create(url + "/api/query"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(question.toString()))));
    JsonNode error = answer.path("error");
    if (error.isObject()) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              error.path("code").asText(),
              error.path("message").asText(),
              error.path("fix").asText()));
    }
    return answer;
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException("the running pipeline did not answer with JSON", e);
    }
  }

  private static String send(HttpRequest.Builder request) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      return client
          .send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw Failure.config(
          "not-running", "the running pipeline does not answer: " + e.getMessage(), "start it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.config("interrupted", "stopped while waiting for an answer", "");
    }
  }
}
