package io.rapidbyte.sink.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Tables behind http, with transactions: what a module that promises exactly-once can talk to. */
final class LedgerServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int NO_BASE = 409;
  private static final int OVERTAKEN = 410;

  /** A stream's rows, by key, or one behind the other. */
  private record Table(JsonNode shape, Map<String, ObjectNode> rows) {
    Table copy() {
      Map<String, ObjectNode> copies = new LinkedHashMap<>();
      rows.forEach((key, row) -> copies.put(key, row.deepCopy()));
      return new Table(shape, copies);
    }
  }

  private record Answer(int status, String body) {
    static final Answer OK = new Answer(200, "");
  }

  /** A partition of a stream. */
  private static final class Place {
    String token = "";
    long fence;
    int ended;
    Optional<Transaction> open = Optional.empty();
  }

  private record Transaction(JsonNode delivery, Table before, Table after) {}

  private final Map<String, Table> tables = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  volatile boolean refusesBadNames;

  /** The path of which the next request is done and not answered. */
  volatile String losesAnswerOf = "";

  volatile int commits;

  LedgerServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All rows of a table, ordered. */
  synchronized List<List<@Nullable String>> read(String stream, String... columns) {
    Table table = tables.get(stream);
    List<List<@Nullable String>> rows = new ArrayList<>();
    if (table != null) {
      for (ObjectNode row : table.rows().values()) {
        rows.add(Arrays.stream(columns).map(name -> text(row.get(name))).toList());
      }
    }
    rows.sort((a, b) -> a.toString().compareTo(b.toString()));
    return rows;
  }

  /** As one that was put back to a backup from before. */
  synchronized void forget() {
    tables.clear();
    places.clear();
  }

  private static @Nullable String text(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      JsonNode where = JSON.readTree(exchange.getRequestHeaders().getFirst("Place"));
      String path = exchange.getRequestURI().getPath();
      Answer answer = answer(path, where, body);
      if (path.equals(losesAnswerOf)) {
        losesAnswerOf = "";
        return;
      }
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized Answer answer(String path, JsonNode where, String body) throws IOException {
    String stream = where.get("stream").asText();
    Place place =
        places.computeIfAbsent(stream + "#" + where.get("partition"), name -> new Place());
    if (where.get("fence").asLong() < place.fence) {
      return new Answer(OVERTAKEN, "");
    }
    place.fence = where.get("fence").asLong();
    return switch (path) {
      case "/token" -> {
        place.open = Optional.empty();
        yield new Answer(200, place.token);
      }
      case "/prepare" -> {
        Table known = tables.get(stream);
        Map<String, ObjectNode> rows = known == null ? new LinkedHashMap<>() : known.rows();
        tables.put(stream, new Table(JSON.readTree(body), rows));
        yield Answer.OK;
      }
      case "/begin" -> {
        Table table = java.util.Objects.requireNonNull(tables.get(stream), stream);
        place.open = Optional.of(new Transaction(JSON.readTree(body), table, table.copy()));
        yield mark(place, where.get("partition").asInt());
      }
      case "/write" -> write(place.open.orElseThrow(), body, where.get("partition").asInt());
      case "/commit" -> {
        tables.put(stream, place.open.orElseThrow().after());
        String token = place.open.orElseThrow().delivery().path("token").asText();
        place.token = token.isEmpty() ? place.token : token;
        place.open = Optional.empty();
        commits++;
        yield Answer.OK;
      }
      default -> {
        place.open = Optional.empty();
        yield Answer.OK;
      }
    };
  }

  private static Answer mark(Place place, int partition) {
    Transaction open = place.open.orElseThrow();
    String kind = open.delivery().path("kind").asText();
    int generation = open.delivery().path("generation").asInt();
    boolean append = open.after().shape().path("mode").asText().equals("append");
    if (kind.equals("truncate") && !append) {
      open.after().rows().values().removeIf(row -> row.get("_p").asInt() == partition);
    } else if (kind.equals("snapshot-end")) {
      int ended = place.ended;
      open.after()
          .rows()
          .values()
          .removeIf(
              row ->
                  row.get("_p").asInt() == partition
                      && row.get("_rb_generation").asInt() < generation
                      && (!append
                          || (row.get("_rb_op").asText().equals("r")
                              && row.get("_rb_generation").asInt() > ended)));
      place.ended = generation;
    }
    return Answer.OK;
  }

  private Answer write(Transaction open, String body, int partition) throws IOException {
    List<Integer> withoutBase = new ArrayList<>();
    int number = 0;
    for (String line : body.lines().toList()) {
      ObjectNode row = (ObjectNode) JSON.readTree(line);
      if (refusesBadNames && row.path("name").asText().equals("bad")) {
        return new Answer(400, "bad name");
      }
      row.put("_p", partition);
      row.set("_rb_generation", open.delivery().get("generation"));
      if (open.after().shape().path("mode").asText().equals("append")) {
        String place = row.get("_rb_generation") + "/" + row.get("_rb_lsn");
        open.after().rows().put(place + "/" + row.get("_rb_ordinal"), row);
      } else if (!put(open, row)) {
        withoutBase.add(number);
      }
      number++;
    }
    return withoutBase.isEmpty() ? Answer.OK : new Answer(NO_BASE, withoutBase.toString());
  }

  /** False where values did not change and there is no row to take them from. */
  private static boolean put(Transaction open, ObjectNode row) {
    JsonNode shape = open.after().shape();
    String key = key(shape, row);
    if (row.get("_rb_op").asText().equals("d")) {
      open.after().rows().remove(key);
      return true;
    }
    List<String> missing = new ArrayList<>();
    shape.get("columns").forEach(column -> missing.add(column.get("name").asText()));
    missing.removeIf(row::has);
    if (!missing.isEmpty()) {
      boolean moved = row.has("_rb_before") && row.get("_rb_op").asText().equals("c");
      ObjectNode base =
          moved
              ? open.before().rows().get(key(shape, row.get("_rb_before")))
              : open.after().rows().get(key);
      if (base == null || base.get("_rb_generation").asInt() < row.get("_rb_generation").asInt()) {
        return false;
      }
      missing.forEach(name -> row.set(name, base.get(name)));
    }
    open.after().rows().put(key, row);
    return true;
  }

  private static String key(JsonNode shape, JsonNode row) {
    List<String> values = new ArrayList<>();
    shape.get("key").forEach(name -> values.add(row.get(name.asText()).toString()));
    return values.toString();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
