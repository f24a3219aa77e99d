package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rapidbyte.wasm.http.Cidr;
import io.rapidbyte.wasm.http.GuardedHttp;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.http.Resolver;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.ManifestPacker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A destination's calls, and its requests to a real server. */
final class DestinationGuestTest {
  private static final String MANIFEST =
      """
      {"id": "poster", "version": "1", "role": "destination", "permissions": {"http": ["*"]}}
      """;
  private static final GuestModule MODULE =
      GuestModule.load(
          ManifestPacker.pack(
              Hostile.bytes("hostile.wasm"), MANIFEST.getBytes(StandardCharsets.UTF_8)),
          Limits.DEFAULT.moduleBytes());

  private final GuestRuntime runtime = new GuestRuntime(Optional.empty());
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final HttpServer server = serve();

  private static HttpServer serve() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void begin() {
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          received.add(exchange.getRequestHeaders().getFirst("Idempotency-Key") + " " + body);
          exchange.sendResponseHeaders(201, -1);
          exchange.close();
        });
    server.createContext(
        "/never",
        exchange -> {
          received.add("never");
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() {
    release.countDown();
    server.stop(0);
    runtime.close();
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Guest guest(GuestModule module, String path, Duration time) {
    Grants grants =
        new Grants(false, List.of(origin()), List.of(Cidr.parse("127.0.0.1/32")))
            .within(module.manifest().permissions());
    HttpDoor door =
        new GuardedHttp(
            grants.http(),
            grants.networks(),
            Resolver.SYSTEM,
            (SSLSocketFactory) SSLSocketFactory.getDefault(),
            1 << 20);
    String config = "{\"deed\":\"request\",\"url\":\"" + origin() + path + "\"}";
    GuestSetup setup =
        new GuestSetup(
            module,
            config,
            "shop.orders",
            Hostile.LIMITS.withCallTime(time),
            grants,
            StateStore.NONE,
            door);
    return runtime.guest(setup, GuestObserver.SILENT);
  }

  @Test
  void goesThroughALifeAndAnswers() {
    try (Guest guest = guest(MODULE, "/in", Duration.ofSeconds(20))) {
      List<Outcome> calls = new ArrayList<>();
      calls.add(guest.prepare("{\"n\":1}"));
      calls.add(guest.resume("{\"n\":2}"));
      calls.add(guest.begin(Hostile.META, "{\"n\":3}"));
      calls.add(guest.commit(Hostile.META, "{\"n\":4}"));
      calls.add(guest.abort(Hostile.META, "{\"n\":5}"));
      for (int i = 0; i < calls.size(); i++) {
        assertThat(calls.get(i)).isInstanceOf(Outcome.Done.class);
        Emission answer = ((Outcome.Done) calls.get(i)).emitted().getFirst();
        assertThat(answer.kind()).isEqualTo(Emission.Kind.ANSWER);
        assertThat(answer.bytes())
            .asString(StandardCharsets.UTF_8)
            .isEqualTo("{\"n\":" + (i + 1) + "}");
      }
    }
  }

  @Test
  void sendsWhatItMayAndReadsTheAnswerThoughItsBufferWasTooSmallAtFirst() {
    try (Guest guest = guest(MODULE, "/in", Duration.ofSeconds(20))) {
      Outcome outcome = guest.write(Hostile.META, Hostile.BATCH);
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
      assertThat(((Outcome.Done) outcome).emitted().getFirst().bytes())
          .asString(StandardCharsets.UTF_8)
          .startsWith("{\"status\":201");
    }
    assertThat(received).as("sent once").containsExactly("k1 body");
  }

  @Test
  void aServerThatNeverAnswersCostsTheCallAndNotTheWorker() {
    try (Guest guest = guest(MODULE, "/never", Duration.ofMillis(500))) {
      long begin = System.nanoTime();
      guest.write(Hostile.META, Hostile.BATCH); // the guest sees a timeout, or is ended
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(received).contains("never");
  }

  @Test
  void aTransformSendsNothingWhateverItIsGranted() {
    GuestModule transform =
        GuestModule.load(
            ManifestPacker.pack(
                Hostile.bytes("hostile.wasm"),
                MANIFEST.replace("destination", "transform").getBytes(StandardCharsets.UTF_8)),
            Limits.DEFAULT.moduleBytes());
    try (Guest guest = guest(transform, "/in", Duration.ofSeconds(20))) {
      Outcome outcome = guest.transform(Hostile.META, Hostile.BATCH);
      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      assertThat(((Outcome.Failed) outcome).error().code()).isEqualTo(CallFaults.NOT_ALLOWED);
    }
    assertThat(received).isEmpty();
  }
}
