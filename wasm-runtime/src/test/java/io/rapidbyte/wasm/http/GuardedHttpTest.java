package io.rapidbyte.wasm.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.rapidbyte.wasm.http.HttpDoor.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests against real servers on loopback, which the test grants, one address at a time. */
final class GuardedHttpTest {
  private static final Duration TIME = Duration.ofSeconds(10);
  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"));
  private static final SSLSocketFactory DEFAULT_TLS =
      (SSLSocketFactory) SSLSocketFactory.getDefault();

  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private HttpServer serve(String address) throws IOException {
    return begin(HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 0));
  }

  private <S extends HttpServer> S begin(S server) {
    server.createContext("/", this::answer);
    server.start();
    servers.add(server);
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    received.add(
        exchange.getLocalAddress().getAddress().getHostAddress()
            + " "
            + exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Host")
            + " "
            + exchange.getRequestHeaders().getFirst("X-Key")
            + " "
            + body);
    String path = exchange.getRequestURI().getPath();
    byte[] answer = "pong".getBytes(StandardCharsets.UTF_8);
    if (path.equals("/redirect")) {
      exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
      exchange.sendResponseHeaders(302, -1);
    } else if (path.equals("/chunked")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(answer);
      exchange.getResponseBody().flush();
      exchange.getResponseBody().write(answer);
    } else if (path.equals("/large")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(new byte[200_000]);
    } else {
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
    exchange.close();
  }

  private static GuardedHttp door(String origin, List<Cidr> networks, Resolver resolver) {
    return new GuardedHttp(List.of(origin), networks, resolver, DEFAULT_TLS, 100_000);
  }

  private static byte[] post(String url) {
    return ("{\"method\": \"POST\", \"url\": \""
            + url
            + "\", \"headers\": {\"X-Key\": \"k1\"}}\nping")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Resolver to(String... addresses) {
    return host -> {
      List<InetAddress> all = new ArrayList<>();
      for (String address : addresses) {
        all.add(InetAddress.ofLiteral(address));
      }
      return all;
    };
  }

  @Test
  void sendsToAGrantedOriginAndGivesItsAnswer() throws Exception {
    HttpServer server = serve("127.0.0.1");
    String origin = "http://api.example.test:" + server.getAddress().getPort();
    String answer =
        text(door(origin, LOOPBACK, to("127.0.0.1")).exchange(post(origin + "/in?a=b"), TIME));
    assertThat(answer).startsWith("{\"status\":200").endsWith("}\npong");
    assertThat(received)
        .containsExactly(
            "127.0.0.1 POST /in?a=b " + origin.substring("http://".length()) + " k1 ping");
  }

  @Test
  void readsChunks() throws Exception {
    String origin = "http://127.0.0.1:" + serve("127.0.0.1").getAddress().getPort();
    assertThat(
            text(door(origin, LOOPBACK, Resolver.SYSTEM).exchange(post(origin + "/chunked"), TIME)))
        .endsWith("}\npongpong");
  }

  @Test
  void aRedirectIsAnAnswerAndNothingIsFollowed() throws Exception {
    String origin = "http://127.0.0.1:" + serve("127.0.0.1").getAddress().getPort();
    assertThat(
            text(
                door(origin, LOOPBACK, Resolver.SYSTEM).exchange(post(origin + "/redirect"), TIME)))
        .contains("\"status\":302")
        .contains("http://127.0.0.1:1/");
    assertThat(received).hasSize(1);
  }

  @Test
  void anAnswerOfAnySizeIsBounded() throws Exception {
    String origin = "http://127.0.0.1:" + serve("127.0.0.1").getAddress().getPort();
    assertThat(
            text(door(origin, LOOPBACK, Resolver.SYSTEM).exchange(post(origin + "/large"), TIME)))
        .contains("\"status\":0")
        .contains("more than 100000 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/",
        "https://api.example.test/",
        "http://api.example.test:81/",
        "http://api.example.test.evil.example/",
        "http://user:pw@api.example.test/",
        "http://api.example.test@evil.example/",
        "http://sub.api.example.test/",
        "ftp://api.example.test/",
        "file:///etc/passwd",
        "http:///",
        "//api.example.test/",
        "http://api.example.test\\\\@evil.example/",
        "",
      })
  void anotherOriginIsRefusedBeforeAnyLookUp(String url) {
    AtomicInteger lookUps = new AtomicInteger();
    Resolver resolver =
        host -> {
          lookUps.incrementAndGet();
          throw new UnknownHostException(host);
        };
    assertThatThrownBy(
            () -> door("http://api.example.test", LOOPBACK, resolver).exchange(post(url), TIME))
        .isInstanceOf(Refused.class);
    assertThat(lookUps).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"})
  void aGrantedNameThatLeadsInsideIsRefused(String address) {
    assertThatThrownBy(
            () ->
                door("http://api.example.test", List.of(), to(address))
                    .exchange(post("http://api.example.test/"), TIME))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("api.example.test")
        .extracting(e -> ((Refused) e).fix())
        .asString()
        .contains("allow.networks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://2130706433/", "http://127.1/", "http://0x7f.0.0.1/"})
  void aNumberThatMeansLoopbackIsLoopback(String url) {
    assertThatThrownBy(
            () -> door(url, List.of(), Resolver.SYSTEM).exchange(post(url), Duration.ofSeconds(2)))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aNameThatChangesBetweenLookUpAndConnectGainsNothing() throws Exception {
    HttpServer granted = serve("127.0.0.2");
    int port = granted.getAddress().getPort();
    HttpServer secret =
        begin(
            HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0));
    assertThat(secret.getAddress().getPort()).isEqualTo(port);
    AtomicInteger lookUps = new AtomicInteger();
    Resolver flips =
        host ->
            List.of(
                InetAddress.ofLiteral(lookUps.getAndIncrement() == 0 ? "127.0.0.2" : "127.0.0.1"));
    String origin = "http://flip.example.test:" + port;
    GuardedHttp door = door(origin, List.of(Cidr.parse("127.0.0.2/32")), flips);
    assertThat(text(door.exchange(post(origin + "/"), TIME))).contains("\"status\":200");
    assertThat(lookUps).as("one look-up a request").hasValue(1);
    assertThatThrownBy(() -> door.exchange(post(origin + "/"), TIME)).isInstanceOf(Refused.class);
    assertThat(received).singleElement().asString().startsWith("127.0.0.2 ");
  }

  @Test
  void ofSeveralAddressesOnlyThoseThatMayAreTried() throws Exception {
    HttpServer server = serve("127.0.0.2");
    String origin = "http://two.example.test:" + server.getAddress().getPort();
    GuardedHttp door =
        door(origin, List.of(Cidr.parse("127.0.0.2/32")), to("127.0.0.1", "127.0.0.2"));
    assertThat(text(door.exchange(post(origin + "/"), TIME))).contains("\"status\":200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"url\": \"http://127.0.0.1/\", \"headers\": {\"Host\": \"evil\"}}\n",
        "{\"url\": \"http://127.0.0.1/\", \"headers\": {\"Content-Length\": \"1\"}}\n",
        "{\"url\": \"http://127.0.0.1/\", \"headers\": {\"Transfer-Encoding\": \"chunked\"}}\n",
        "{\"url\": \"http://127.0.0.1/\", \"headers\": {\"A\": \"b\\r\\nHost: evil\"}}\n",
        "{\"url\": \"http://127.0.0.1/\", \"headers\": {\"A b\": \"c\"}}\n",
        "{\"url\": \"http://127.0.0.1/a b\"}\n",
        "{\"url\": \"http://127.0.0.1/\\r\\nHost: evil\"}\n",
        "{\"method\": \"GET / HTTP/1.1\\r\\n\", \"url\": \"http://127.0.0.1/\"}\n",
        "{\"method\": \"CONNECT\", \"url\": \"http://127.0.0.1/\"}\n",
        "not JSON",
        "[]",
      })
  void aRequestThatWouldBecomeTwoIsRefused(String request) {
    assertThatThrownBy(
            () ->
                door("http://127.0.0.1", LOOPBACK, Resolver.SYSTEM)
                    .exchange(request.getBytes(StandardCharsets.UTF_8), TIME))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aServerThatNeverAnswersCostsTheTimeAndNoMore() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String origin = "http://127.0.0.1:" + silent.getLocalPort();
      assertThat(
              text(
                  door(origin, LOOPBACK, Resolver.SYSTEM)
                      .exchange(post(origin + "/"), Duration.ofMillis(300))))
          .contains("\"status\":0")
          .contains("\"code\":\"timeout\"");
    }
  }

  @Test
  void aNameThatIsNotThereIsToldAsSuch() throws Exception {
    Resolver none =
        host -> {
          throw new UnknownHostException(host);
        };
    assertThat(
            text(
                door("http://no.example.test", LOOPBACK, none)
                    .exchange(post("http://no.example.test/"), TIME)))
        .contains("\"code\":\"dns\"");
  }

  @Test
  void tlsIsVerifiedAgainstTheNameThoughTheAddressIsConnectedTo(@TempDir Path directory)
      throws Exception {
    SSLContext context = selfSigned(directory, "api.example.test");
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    begin(server);
    int port = server.getAddress().getPort();
    Map<String, String> expected =
        Map.of("api.example.test", "\"status\":200", "other.example.test", "\"code\":\"tls\"");
    for (var each : expected.entrySet()) {
      String origin = "https://" + each.getKey() + ":" + port;
      GuardedHttp door =
          new GuardedHttp(
              List.of(origin), LOOPBACK, to("127.0.0.1"), context.getSocketFactory(), 100_000);
      assertThat(text(door.exchange(post(origin + "/"), TIME))).contains(each.getValue());
    }
  }

  private static SSLContext selfSigned(Path directory, String name) throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:" + name,
                "-storepass",
                "secret",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    assertThat(keytool.waitFor()).isZero();
    char[] password = "secret".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, password);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
