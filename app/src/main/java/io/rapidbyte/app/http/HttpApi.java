package io.rapidbyte.app.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.board.BoardView.State;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.ingest.IngestObserver.Phase;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.sink.destination.Queryable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Serves {@code /metrics}, {@code /healthz}, {@code /readyz}, {@code /api/status} and {@code
 * /api/query} on loopback. Requests that name another host are refused, so that no web page reaches
 * it through a name of its own.
 */
public final class HttpApi implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int FIRST_PORT = 8080;
  private static final int PORTS = 200;
  private static final Set<String> OURS = Set.of(LOOPBACK, "localhost", "[::1]");
  private static final String JSON_TYPE = "application/json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Board board;
  private final Questions questions;
  private final InstantSource clock;
  private final Meters meters;
  private final Javalin server;

  /** Answers questions to a destination. */
  @FunctionalInterface
  public interface Questions {
    /**
     * Runs one SELECT.
     *
     * @param destination its name; empty for the only one
     * @throws RapidbyteException where it is no query, fails, or nobody can answer
     */
    Queryable.Result ask(String destination, String sql, int maxRows);
  }

  private HttpApi(int port, Board board, Questions questions, InstantSource clock) {
    this.board = board;
    this.questions = questions;
    this.clock = clock;
    this.meters = new Meters(board, clock);
    this.server = Javalin.create(this::configure).start(LOOPBACK, port);
  }

  /**
   * Starts to serve.
   *
   * @param wanted the port; 0 for the next free one from 8080 on
   * @throws RapidbyteException where the wanted one is taken
   */
  public static HttpApi start(int wanted, Board board, Questions questions, InstantSource clock) {
    if (wanted != 0 && !isFree(wanted)) {
      throw Failure.config(
          "http-port",
          "port " + wanted + " of " + LOOPBACK + " is in use",
          "choose another with --http-port, or leave it out for the next free one");
    }
    if (wanted != 0) {
      return new HttpApi(wanted, board, questions, clock);
    }
    for (int port : IntStream.range(FIRST_PORT, FIRST_PORT + PORTS).toArray()) {
      if (isFree(port)) {
        try {
          return new HttpApi(port, board, questions, clock);
        } catch (JavalinBindException _) {
          // Another process took it since: the next one, then.
        }
      }
    }
    return new HttpApi(0, board, questions, clock);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.routes.before(HttpApi::refuseStrangers);
    config.routes.get("/metrics", this::metrics);
    config.routes.get("/healthz", context -> context.result("ok\n"));
    config.routes.get("/readyz", this::ready);
    config.routes.get("/api/status", this::status);
    config.routes.post("/api/query", this::query);
    config.routes.exception(RapidbyteException.class, HttpApi::failed);
  }

  private static void refuseStrangers(Context context) {
    String host = context.req().getServerName();
    if (!OURS.contains(host)) {
      throw new io.javalin.http.ForbiddenResponse("loopback only");
    }
  }

  private void metrics(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(meters.scrape());
  }

  private void ready(Context context) {
    BoardView view = board.view();
    boolean ready =
        view.source().fault().isEmpty()
            && view.source().phase() != Phase.CONNECTING
            && view.destinations().stream().allMatch(each -> each.state() == State.RUNNING);
    context.status(ready ? 200 : 503).result(ready ? "ready\n" : "not ready\n");
  }

  private void status(Context context) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    context.contentType(JSON_TYPE).result(StatusJson.of(board.view(), micros).toString());
  }

  private void query(Context context) throws IOException {
    if (!String.valueOf(context.contentType()).startsWith(JSON_TYPE)) {
      throw Failure.config("query", "a question comes as " + JSON_TYPE, "send {\"sql\": \"…\"}");
    }
    JsonNode body = JSON.readTree(context.body());
    Queryable.Result result =
        questions.ask(
            body.path("destination").asText(""),
            body.path("sql").asText(""),
            body.path("max_rows").asInt(1_000));
    context.contentType(JSON_TYPE).result(json(result).toString());
  }

  private static ObjectNode json(Queryable.Result result) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    result.columns().forEach(root.putArray("columns")::add);
    ArrayNode rows = root.putArray("rows");
    for (var row : result.rows()) {
      ArrayNode cells = rows.addArray();
      row.forEach(cells::add);
    }
    return root.put("truncated", result.truncated());
  }

  private static void failed(RapidbyteException thrown, Context context) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("error", Failure.json(thrown.error()));
    context.status(400).contentType(JSON_TYPE).result(root.toString());
  }

  /** {@code http://127.0.0.1:8080}. */
  public String url() {
    return "http://" + LOOPBACK + ":" + server.port();
  }

  @Override
  public void close() {
    server.stop();
    meters.close();
  }
}
