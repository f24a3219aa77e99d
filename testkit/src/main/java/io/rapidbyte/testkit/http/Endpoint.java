package io.rapidbyte.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server that counts what has a key once, as an endpoint should. It refuses bodies in which a row
 * has the name {@code bad}. On demand it misbehaves.
 */
public final class Endpoint implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One request as it came.
   *
   * @param rows the lines of the body
   */
  public record Post(String key, String kind, String stream, String body, List<JsonNode> rows) {
    public Post {
      rows = List.copyOf(rows);
    }
  }

  /** What happens to the next request instead of an answer. */
  public interface Mishap {
    /** Reads nothing, and may answer. */
    void befalls(HttpExchange exchange, Post post) throws IOException;
  }

  private final List<Post> received = new CopyOnWriteArrayList<>();
  private final List<Post> counted = new CopyOnWriteArrayList<>();
  private final Queue<Mishap> mishaps = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final InetSocketAddress address;
  private HttpServer server;

  /** Serves on a free port of 127.0.0.1. */
  public Endpoint() {
    this("127.0.0.1", 0);
  }

  /**
   * Serves on an address of loopback.
   *
   * @param port 0 for a free one
   */
  public Endpoint(String host, int port) {
    server = serve(new InetSocketAddress(InetAddress.ofLiteral(host), port));
    address = server.getAddress();
  }

  private HttpServer serve(InetSocketAddress at) {
    try {
      HttpServer fresh = HttpServer.create(at, 0);
      fresh.createContext("/", this::answer);
      fresh.setExecutor(threads);
      fresh.start();
      return fresh;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on connections are refused; what is under way is cut. */
  public synchronized void down() {
    server.stop(0);
  }

  /** Serves again, behind {@link #down}. */
  public synchronized void up() {
    server = serve(address);
  }

  /** Every request, in order. */
  public List<Post> received() {
    return List.copyOf(received);
  }

  /** What was taken, once a key, in order. */
  public List<Post> counted() {
    return List.copyOf(counted);
  }

  /** What befalls the next request that nothing else is to befall. */
  public void next(Mishap mishap) {
    mishaps.add(mishap);
  }

  /** Where it is: scheme, address and port. */
  public String origin() {
    return "http://" + address.getAddress().getHostAddress() + ":" + port();
  }

  /** Its port. */
  public int port() {
    return address.getPort();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Post post =
          new Post(
              header(exchange, "Idempotency-Key"),
              header(exchange, "Rapidbyte-Kind"),
              header(exchange, "Rapidbyte-Stream"),
              body,
              body.lines().map(Endpoint::parse).toList());
      received.add(post);
      Mishap mishap = mishaps.poll();
      if (mishap != null) {
        mishap.befalls(exchange, post);
      } else {
        exchange.sendResponseHeaders(take(post), -1);
      }
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** Takes it unless it did: the answer that a key got first it gets always. */
  public synchronized int take(Post post) {
    return answers.computeIfAbsent(
        post.key().isEmpty() ? "#" + received.size() : post.key(),
        key -> {
          if (post.rows().stream().anyMatch(row -> row.path("name").asText().equals("bad"))) {
            return 400;
          }
          counted.add(post);
          return 201;
        });
  }

  /** Answers so, and takes nothing. */
  public static Mishap status(int code) {
    return (exchange, post) -> exchange.sendResponseHeaders(code, -1);
  }

  /** Answers so, takes nothing, and tells in the body what a header of the request was. */
  public static Mishap echo(int code, String header) {
    return (exchange, post) -> {
      byte[] body = ("who is " + header(exchange, header)).getBytes(UTF_8);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Too many requests. */
  public static Mishap wait(int seconds) {
    return (exchange, post) -> {
      exchange.getResponseHeaders().add("Retry-After", Integer.toString(seconds));
      exchange.sendResponseHeaders(429, -1);
    };
  }

  /** Takes it, and the answer is lost. */
  public Mishap answerLost() {
    return (exchange, post) -> take(post);
  }

  /** Neither takes nor answers. */
  public Mishap silence() {
    return (exchange, post) -> {
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    closing.countDown();
    down();
    threads.shutdownNow();
  }
}
