package io.rapidbyte.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.supervise.Role;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A process of a pipeline that runs in the same home, reached by what that process wrote down. What
 * it wrote may be out of date: then nobody answers.
 */
public final class Running {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final JsonNode note;

  private Running(JsonNode note) {
    this.note = note;
  }

  /** Writes down how to reach this process; the file goes when it is closed. */
  public static AutoCloseable announce(Home home, String pipeline, String url, Set<Role> roles) {
    long pid = ProcessHandle.current().pid();
    Path file = home.running(pipeline).resolve(pid + "-" + URI.create(url).getPort() + ".json");
    try {
      Files.createDirectories(file.getParent());
      ObjectNode note = JsonNodeFactory.instance.objectNode();
      note.put("url", url).put("pid", pid);
      roles.forEach(role -> note.withArray("roles").add(role.name().toLowerCase(Locale.ROOT)));
      Files.writeString(file, note.toString(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return () -> Files.deleteIfExists(file);
  }

  /** The running processes of a pipeline: those that answer. */
  public static List<Running> all(Home home, String pipeline) {
    List<Running> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(home.running(pipeline))) {
      for (Path file : files.sorted().toList()) {
        answering(file).ifPresent(all::add);
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + home.running(pipeline), e);
    }
    return all;
  }

  private static Optional<Running> answering(Path file) {
    try {
      Running running = new Running(JSON.readTree(Files.readString(file, UTF_8)));
      try {
        running.get("/healthz");
        return Optional.of(running);
      } catch (RapidbyteException | IllegalArgumentException _) {
        if (ProcessHandle.of(running.note.path("pid").asLong()).isEmpty()) {
          Files.deleteIfExists(file); // it was killed
        }
      }
    } catch (IOException _) {
      // Half written, or gone meanwhile.
    }
    return Optional.empty();
  }

  private String url() {
    return note.path("url").asText();
  }

  /** How it is reached, its process and roles. */
  public JsonNode note() {
    return note;
  }

  /** Whether it has that role, or may have. */
  public boolean has(Role role) {
    JsonNode roles = note.path("roles");
    for (JsonNode each : roles) {
      if (each.asText().equals(role.name().toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return roles.isMissingNode();
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
                HttpRequest.newBuilder(URI.create(url() + "/api/query"))
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
    return send(HttpRequest.newBuilder(URI.create(url() + path)));
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
