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
import io.rapidbyte.testkit.process.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows copied again on request, from the command to the warehouse. */
final class ResyncSubcommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DIGEST =
      "SELECT count(*) || ' ' || coalesce(sum(id), 0) || ' ' || coalesce(sum(n), 0) AS n FROM"
          + " public.orders";

  @TempDir private Path folder = Path.of("");

  private final TestDatabase database = SharedPostgres.database();
  private final Printed printed = new Printed();
  private Path file = Path.of("");

  @BeforeEach
  void aTableAndAPipeline() throws Exception {
    database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, n int)",
        "INSERT INTO orders SELECT i, i FROM generate_series(1, 500) i",
        "CREATE TABLE lines (order_id int, line int, PRIMARY KEY (order_id, line))");
    file =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            """
            version: 1
            pipeline: again
            source: { postgres: { url: "postgres://%s:%s@%s:%d/%s?sslmode=disable" } }
            streams: [ { table: public.* } ]
            destinations:
              warehouse: { duckdb: { path: warehouse.duckdb } }
            """
                .formatted(
                    database.user(),
                    database.password(),
                    database.host(),
                    database.port(),
                    database.name()),
            UTF_8);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private int resync(String... args) {
    String[] all = new String[args.length + 4];
    all[0] = "resync";
    all[1] = file.toString();
    System.arraycopy(args, 0, all, 2, args.length);
    all[args.length + 2] = "--home";
    all[args.length + 3] = home().toString();
    return printed.run(all);
  }

  private Path home() {
    return folder.resolve("home");
  }

  private PipelineRun start() {
    return PipelineRun.start(
        SpecFile.load(file, Map.of()),
        new PipelineRun.Settings(
            new Home(home()),
            EnumSet.allOf(Role.class),
            0,
            InstantSource.system(),
            RandomGenerator.getDefault()));
  }

  private String warehouse() throws IOException {
    int status =
        printed.run(
            "query", file.toString(), DIGEST, "--output", "json", "--home", home().toString());
    return status == 0 ? JSON.readTree(printed.out()).path("n").asText() : "";
  }

  private void awaitEqual() throws Exception {
    String wanted = database.query(DIGEST);
    Eventually.until("source and warehouse agree", PATIENCE, () -> warehouse().equals(wanted));
  }

  private JsonNode orders() throws IOException {
    assertThat(
            printed.run("status", file.toString(), "--output", "json", "--home", home().toString()))
        .isZero();
    for (JsonNode stream : JSON.readTree(printed.out()).path("streams")) {
      if (stream.path("stream").asText().equals("public.orders")) {
        return stream;
      }
    }
    throw new AssertionError("no such stream");
  }

  @Test
  void copiesAStreamAndARowOfARunningPipelineAgain() throws Exception {
    try (PipelineRun _ = start()) {
      awaitEqual();
      assertThat(resync("public.orders")).isZero();
      assertThat(printed.out())
          .isEqualTo(
              "public.orders is copied again under the next generation, beside the running log:"
                  + " now\n");
      database.execute("INSERT INTO orders VALUES (1000, 1)");
      Eventually.until(
          "the next generation is complete",
          PATIENCE,
          () ->
              orders().path("generation").asInt() == 2
                  && orders().path("snapshot").asText().equals("done"));
      awaitEqual();

      assertThat(resync("public.orders", "--key", "7", "--key", "[8]", "--output", "json"))
          .isZero();
      assertThat(JSON.readTree(printed.out()).path("what").asText()).contains("2 rows");
      assertThat(resync("public.lines", "--key", "{\"line\": 1, \"order_id\": 2}")).isZero();
      database.execute("INSERT INTO orders VALUES (1001, 1)");
      awaitEqual();
    }
  }

  @Test
  void refusesWhatMakesNoSense() throws Exception {
    try (PipelineRun _ = start()) {
      awaitEqual();
    }
    assertThat(resync("public.ordrs")).isEqualTo(2);
    assertThat(printed.err()).contains("did you mean public.orders?");
    assertThat(resync()).isEqualTo(2);
    assertThat(printed.err()).contains("rapidbyte resync public.orders");
    assertThat(resync("public.orders", "--all")).isEqualTo(2);
    assertThat(resync("public.orders", "public.lines", "--key", "1")).isEqualTo(2);
    assertThat(resync("public.lines", "--key", "1")).isEqualTo(2);
    assertThat(printed.err())
        .contains("1 is no key of public.lines, which is (order_id, line)")
        .contains("--key '{\"order_id\": \"…\", \"line\": \"…\"}'");
    assertThat(resync("public.lines", "--key", "[1, 2, 3]")).isEqualTo(2);
  }

  @Test
  void mendsADeletedHomeWhoseSlotStillStands() throws Exception {
    try (PipelineRun _ = start()) {
      awaitEqual();
    }
    Trees.remove(home());
    database.execute("DELETE FROM orders WHERE id <= 10", "UPDATE orders SET n = 0 WHERE id = 11");
    assertThat(printed.run("run", file.toString(), "--home", home().toString())).isNotZero();
    assertThat(printed.err()).contains("holds no progress", "rapidbyte resync --all");

    assertThat(resync("--all")).isZero();
    assertThat(printed.out()).contains("everything begins anew", "with the next rapidbyte run");
    try (PipelineRun _ = start()) {
      awaitEqual();
    }
    assertThat(orders().path("generation").asInt()).isGreaterThan(1_000_000);
  }

  @Test
  void mendsADroppedSlot() throws Exception {
    try (PipelineRun _ = start()) {
      awaitEqual();
    }
    database.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database ="
            + " current_database()",
        "DELETE FROM orders WHERE id <= 10");
    assertThat(printed.run("run", file.toString(), "--home", home().toString())).isEqualTo(7);
    assertThat(printed.err()).contains("does not exist any more", "rapidbyte resync --all");
    assertThat(resync("--all")).isZero();
    try (PipelineRun _ = start()) {
      awaitEqual();
    }
  }
}
