package io.rapidbyte.app.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.http.Endpoint;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a table to a server through a module: what the server counted, once a key, is every change
 * once, and adds up to what the table holds.
 */
@Tag("chaos")
final class ModuleDestinationTest {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleDestinationTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Path MODULES = Path.of("..", "modules", "wasm").toAbsolutePath().normalize();
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(250);
  private static final int MOST_CHANGES = 240;
  private static final String SECRET = "s3cr3t-token";

  @TempDir private Path home;

  private int ids;

  @BeforeEach
  void secret() throws Exception {
    Files.writeString(home.resolve("token"), SECRET);
  }

  private String hook(String name, String language, String url, String origin, String more) {
    return """
      %s:
        module: "%s/%s/http-post.wasm"
        config: { url: "%s/in", headers: { Authorization: "Bearer ${file:%s}" } }
        allow: { http: ["%s"], networks: [127.0.0.2/32] }
        %s
    """
        .formatted(name, MODULES, language, url, home.resolve("token"), origin, more);
  }

  private LivePipeline declared(EmbeddedKafka kafka, String destinations, String more) {
    return new LivePipeline(home, EmbeddedPostgres.Options.defaults())
        .declareAll(
            """
            kafka: { bootstrap: "%s" }
            streams: [{ table: public.* }]
            destinations:
            %s
            %s
            """
                .formatted(kafka.bootstrap(), destinations, more));
  }

  private static ForkedJvm.Options small(ForkedJvm.Options options) {
    return options.heap("384m").flag("-XX:TieredStopAtLevel=1");
  }

  /** Ten changes of good rows, and a row that the endpoint refuses. */
  private void change(LivePipeline pipeline, boolean bad) throws SQLException {
    int id = ids;
    ids += 11;
    pipeline.source(
        "INSERT INTO items SELECT i, 'n' || i FROM generate_series(%d, %d) i".formatted(id, id + 9),
        "INSERT INTO items VALUES (%d, '%s')".formatted(id + 10, bad ? "bad" : "good"),
        "UPDATE items SET name = name || '+' WHERE name <> 'bad' AND id %% 7 = %d AND id > %d - 200"
            .formatted(id % 7, id),
        "DELETE FROM items WHERE id = %d".formatted(id + 3));
  }

  @Test
  void everyChangeIsCountedOnceThroughADeathAtEachFailpoint() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Endpoint endpoint = new Endpoint("127.0.0.2", 0);
        LivePipeline pipeline =
            declared(kafka, hook("hook", "rust", endpoint.origin(), endpoint.origin(), ""), "")) {
      pipeline.source("CREATE TABLE items (id bigint PRIMARY KEY, name text)");
      int deaths = 0;
      for (String failpoint :
          List.of("sink.pre:2", "sink.apply:1", "sink.apply:3", "sink.post:2", "sink.outbox:1")) {
        ForkedJvm dying = pipeline.start(options -> small(options).failingAt(failpoint));
        for (int i = 0; i < MOST_CHANGES && dying.isAlive(); i++) {
          change(pipeline, i % 8 == 0);
          var _ = dying.waitFor(BETWEEN_CHANGES);
        }
        assertThat(dying.waitFor(PATIENCE)).as(failpoint).hasValue(Failpoint.EXIT_CODE);
        deaths++;
      }
      for (boolean taken : List.of(true, false, true, false)) {
        ForkedJvm dying = pipeline.start(ModuleDestinationTest::small);
        endpoint.next(
            (exchange, post) -> {
              if (taken) {
                endpoint.take(post);
              }
              dying.kill9();
            });
        change(pipeline, true);
        Eventually.until("its death within a request", PATIENCE, () -> !dying.isAlive());
        deaths++;
      }
      pipeline.start(ModuleDestinationTest::small);
      change(pipeline, false);
      judge(endpoint, pipeline);
      report(deaths + " deaths", endpoint);
    }
  }

  @Test
  void anEndpointInTroubleHoldsUpItselfAlone() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Endpoint endpoint = new Endpoint("127.0.0.2", 0);
        Endpoint beside = new Endpoint("127.0.0.2", 0);
        LivePipeline pipeline =
            declared(
                kafka,
                hook("hook", "c", endpoint.origin(), endpoint.origin(), "")
                    + hook("beside", "c", beside.origin(), beside.origin(), ""),
                "limits: { module_timeout: 1s }")) {
      pipeline.source("CREATE TABLE items (id bigint PRIMARY KEY, name text)");
      pipeline.start(ModuleDestinationTest::small);
      change(pipeline, false);
      judge(endpoint, pipeline);

      endpoint.down();
      change(pipeline, false);
      judge(beside, pipeline);
      Eventually.until(
          "the cause", PATIENCE, () -> pipeline.command("status").contains("no answer came"));
      endpoint.up();
      judge(endpoint, pipeline);

      for (int i = 0; i < 3; i++) {
        endpoint.next(Endpoint.status(500));
      }
      endpoint.next(Endpoint.wait(2));
      endpoint.next(endpoint.silence());
      endpoint.next(endpoint.answerLost());
      change(pipeline, true);
      judge(beside, pipeline);
      judge(endpoint, pipeline);
      report("an outage, three 500s, a 429, a silence, a lost answer", endpoint);
      assertThat(endpoint.received().size()).isGreaterThan(endpoint.counted().size() + 5);
      List<String> letters =
          new DeadLetters(kafka.bootstrap(), "live.public.items.dlq").documents();
      assertThat(letters).hasSize(2).allMatch(letter -> letter.contains("answered 400"));
      String said = pipeline.output() + pipeline.command("status") + letters;
      assertThat(said).doesNotContain(SECRET);
    }
  }

  @Test
  void whatAModuleMayNotReachItDoesNotReachAndTheOthersGoOn() throws Exception {
    Path hosts = Files.writeString(home.resolve("hosts"), "127.0.0.2 api.example.test\n");
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        Endpoint api = new Endpoint("127.0.0.2", 0);
        Endpoint inner = new Endpoint("127.0.0.1", api.port());
        Endpoint beside = new Endpoint("127.0.0.2", 0);
        LivePipeline pipeline =
            declared(kafka, hostile(api.port(), inner.origin(), beside.origin()), "")) {
      pipeline.source(
          "CREATE TABLE items (id bigint PRIMARY KEY, name text)",
          "CREATE TABLE plain (id bigint PRIMARY KEY, name text)");
      ForkedJvm worker =
          pipeline.start(
              options ->
                  small(options)
                      .with("jdk.net.hosts.file", hosts.toString())
                      .with("sun.net.inetaddr.ttl", "0"));
      change(pipeline, false);
      judge(api, pipeline);

      Files.writeString(hosts, "127.0.0.1 api.example.test\n");
      change(pipeline, false);
      pipeline.source("INSERT INTO plain VALUES (1, 'beside')");
      Eventually.until(
          "the causes",
          PATIENCE,
          () -> {
            String status = pipeline.command("status");
            return status.contains("api.example.test: its address is 127.0.0.1")
                && status.contains("may not send requests to " + inner.origin());
          });
      assertThat(pipeline.command("status")).contains("allow.networks", "allow.http");
      Eventually.until("the others", PATIENCE, () -> changes(beside).size() == 1);
      assertThat(inner.received()).isEmpty();

      long flipped = System.nanoTime();
      Files.writeString(hosts, "127.0.0.2 api.example.test\n");
      judge(api, pipeline);
      LOG.info("it goes on {} ms after the name is right", millis(System.nanoTime() - flipped));
      assertThat(inner.received()).isEmpty();
      assertThat(worker.isAlive()).isTrue();
    }
  }

  /** One to a name that turns, one to an origin that is not allowed, one that does no harm. */
  private String hostile(int port, String inner, String beside) {
    String named = "http://api.example.test:" + port;
    return hook("turning", "c", named, named, "streams: [public.items]")
        + hook("forbidden", "c", inner, named, "streams: [public.items]")
        + hook("beside", "c", beside, beside, "streams: [public.plain]");
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }

  private static List<JsonNode> changes(Endpoint endpoint) {
    return endpoint.counted().stream().flatMap(post -> post.rows().stream()).toList();
  }

  private static void report(String what, Endpoint endpoint) {
    LOG.info(
        "{}: {} requests came, {} counted, with {} changes",
        what,
        endpoint.received().size(),
        endpoint.counted().size(),
        changes(endpoint).size());
  }

  /** Waits until what was counted is what the table holds, and looks whether anything was twice. */
  private static void judge(Endpoint endpoint, LivePipeline pipeline) throws SQLException {
    String table = table(pipeline);
    try {
      Eventually.until("all of it", PATIENCE, () -> folded(endpoint).equals(table));
    } catch (AssertionError e) {
      throw new AssertionError(pipeline.output(), e);
    }
    List<String> positions = new ArrayList<>();
    for (JsonNode each : changes(endpoint)) {
      String id = each.get("_rb_op").asText() + each.get("id");
      positions.add(each.get("_rb_lsn") + "/" + each.get("_rb_ordinal") + "/" + id);
    }
    assertThat(positions).doesNotHaveDuplicates();
    assertThat(endpoint.counted()).extracting(Endpoint.Post::key).doesNotHaveDuplicates();
  }

  /** What the changes, in the order of their coming, leave. */
  private static String folded(Endpoint endpoint) {
    Map<Long, String> rows = new TreeMap<>();
    for (JsonNode each : changes(endpoint)) {
      long id = each.get("id").asLong();
      if (each.get("_rb_op").asText().equals("d")) {
        rows.remove(id);
      } else {
        rows.put(id, each.get("name").asText());
      }
    }
    return rows.entrySet().stream()
        .map(row -> row.getKey() + "=" + row.getValue())
        .collect(Collectors.joining(","));
  }

  private static String table(LivePipeline pipeline) throws SQLException {
    return pipeline.one(
        "source",
        "SELECT coalesce(string_agg(id || '=' || name, ',' ORDER BY id), '') FROM items"
            + " WHERE name <> 'bad'");
  }
}
