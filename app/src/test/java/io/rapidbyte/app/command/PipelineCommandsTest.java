package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.run.PipelineRun;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline from a real Postgres into DuckDB, and what the commands say of it. */
final class PipelineCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");

  private final TestDatabase database = SharedPostgres.database();
  private final Printed printed = new Printed();
  private Path file = Path.of("");

  @BeforeEach
  void aTableAndAPipeline() throws Exception {
    database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL)",
        "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i");
    file = write(url());
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private String url() {
    return "postgres://%s:%s@%s:%d/%s?sslmode=disable"
        .formatted(
            database.user(),
            database.password(),
            database.host(),
            database.port(),
            database.name());
  }

  private Path write(String sourceUrl) throws IOException {
    return Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "%s" } }
        streams: [ { table: public.orders } ]
        destinations:
          warehouse: { duckdb: { path: warehouse.duckdb } }
        """
            .formatted(sourceUrl),
        UTF_8);
  }

  private PipelineRun start() {
    return PipelineRun.start(
        SpecFile.load(file, Map.of()),
        new PipelineRun.Settings(
            new Home(folder.resolve("home")),
            EnumSet.allOf(Role.class),
            0,
            InstantSource.system(),
            RandomGenerator.getDefault()));
  }

  private String query(String sql) throws IOException {
    int status = printed.run("query", file.toString(), sql, "--output", "json", "--home", home());
    return status == 0 ? JSON.readTree(printed.out()).path("n").asText() : "";
  }

  private String home() {
    return folder.resolve("home").toString();
  }

  @Test
  void tellWhatARunningAndAStoppedPipelineHolds() throws Exception {
    try (PipelineRun run = start()) {
      Eventually.until(
          "the rows are in the warehouse",
          PATIENCE,
          () -> query("SELECT count(*) AS n FROM public.orders").equals("1000"));
      database.execute(
          "UPDATE orders SET status = 'paid' WHERE id <= 10", "DELETE FROM orders WHERE id = 11");
      Eventually.until(
          "the changes are in the warehouse",
          PATIENCE,
          () ->
              query("SELECT count(*) AS n FROM public.orders WHERE status = 'paid'").equals("10")
                  && query("SELECT count(*) AS n FROM public.orders").equals("999"));

      assertThat(get(run, "/healthz").body()).isEqualTo("ok\n");
      Eventually.until("ready", PATIENCE, () -> get(run, "/readyz").statusCode() == 200);
      assertThat(get(run, "/metrics").body())
          .contains("rapidbyte_ingest_rows_total{pipeline=\"shop\",stream=\"public.orders\"}")
          .contains("rapidbyte_sink_rows_total{destination=\"warehouse\"")
          .contains("rapidbyte_source_lag_bytes");
      assertThat(
              printed.run("query", file.toString(), "DROP TABLE public.orders", "--home", home()))
          .isEqualTo(2);
      JsonNode status = status();
      assertThat(status.path("running").asBoolean()).isTrue();
      assertThat(status.at("/live/source/phase").asText()).isEqualTo("streaming");
    }
    assertThat(status().path("running").asBoolean()).isFalse();
    assertThat(status().at("/streams/0/stream").asText()).isEqualTo("public.orders");
    assertThat(status().at("/streams/0/snapshot").asText()).isEqualTo("done");
    tails();
    rehearses();
  }

  private void rehearses() throws IOException {
    String module =
        Path.of(System.getProperty("rapidbyte.root", "."))
            .resolve("modules/wasm/rust/mask-email.wasm")
            .toString();
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"columns\": [\"status\"]}");
    String[] run = {
      "module",
      "run",
      module,
      "--pipeline",
      file.toString(),
      "--from-topic",
      "public.orders",
      "--config",
      config.toString(),
      "--home",
      home(),
      "--dry-run"
    };
    int status = printed.run(run);
    assertThat(status).as(printed.err()).isZero();
    assertThat(printed.err())
        .containsPattern("1,000 rows in .* 0 were refused")
        .contains("Nothing");
    assertThat(printed.out().lines()).allMatch(line -> line.contains("\"status\":\"***\""));
    assertThat(printed.run(Arrays.copyOf(run, run.length - 1))).isEqualTo(2);
    assertThat(printed.err()).contains("add --dry-run");
  }

  private void tails() {
    assertThat(
            printed.run(
                "tail",
                file.toString(),
                "public.orders",
                "--from-beginning",
                "--limit",
                "1002",
                "--home",
                home()))
        .isZero();
    assertThat(printed.out().lines().filter(line -> line.contains("\"_rb_op\":\"r\"")))
        .hasSize(1000);
    assertThat(printed.run("tail", file.toString(), "public.nope", "--home", home())).isEqualTo(2);
    assertThat(printed.err()).contains("it has public.orders");
  }

  private JsonNode status() throws IOException {
    assertThat(printed.run("status", file.toString(), "--output", "json", "--home", home()))
        .isZero();
    return JSON.readTree(printed.out());
  }

  private static HttpResponse<String> get(PipelineRun run, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(run.url() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void goOnAfterARestartWhereThePipelineWas() throws Exception {
    try (PipelineRun _ = start()) {
      Eventually.until(
          "copied",
          PATIENCE,
          () -> query("SELECT count(*) AS n FROM public.orders").equals("1000"));
    }
    database.execute("INSERT INTO orders VALUES (2000, 'late')");
    try (PipelineRun _ = start()) {
      Eventually.until(
          "followed",
          PATIENCE,
          () -> query("SELECT count(*) AS n FROM public.orders").equals("1001"));
    }
  }

  @Test
  void checkSaysThatAllIsWellOrHowToMendIt() throws Exception {
    assertThat(printed.run("check", file.toString())).isZero();
    assertThat(printed.out()).contains("shop: ready to run");

    database.execute("CREATE TABLE log (line text)");
    Files.writeString(
        file, Files.readString(file, UTF_8).replace("public.orders", "public.log"), UTF_8);
    assertThat(printed.run("check", file.toString(), "--output", "json")).isIn(2, 3);
    assertThat(JSON.readTree(printed.out()).path("ok").asBoolean()).isFalse();
  }

  @Test
  void endInOneLineWhereTheSourceIsNotThere() throws Exception {
    write("postgres://me@127.0.0.1:1/shop");
    assertThat(printed.run("run", file.toString(), "--home", home())).isEqualTo(3);
    assertThat(printed.err()).hasLineCount(1).contains("127.0.0.1:1/shop").contains(" — ");

    write(url().replace("/" + database.name(), "/no_such_database"));
    assertThat(printed.run("run", file.toString(), "--home", home())).isEqualTo(3);
    assertThat(printed.err()).hasLineCount(1).contains("no_such_database");
  }

  @Test
  void discoverListsTheTable() {
    assertThat(printed.run("discover", "--url", url(), "--columns")).isZero();
    assertThat(printed.out()).contains("public.orders").containsPattern("status +text");
  }

  @Test
  void queryOfAPipelineThatDoesNotRunSaysSo() {
    assertThat(printed.run("query", file.toString(), "SELECT 1", "--home", home())).isEqualTo(2);
    assertThat(printed.err()).contains("does not run").contains("rapidbyte run");
  }
}
