package io.rapidbyte.app.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first transforms of a stream that was delivered without, and the last that go: the
 * destination stops, says by which command it goes on, and then holds exactly what it shall.
 */
final class HandOverTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String HEAD = "streams: [{ table: public.* }]\n";
  private static final String ROWS =
      "SELECT coalesce(string_agg(id || name, ';' ORDER BY id), '') FROM public.items";

  @TempDir private Path home;

  @Test
  @Tag("chaos")
  void aDestinationChangesTopicsOnlyByACopyAnew() throws Exception {
    String module =
        """
        transforms:
          - { module: %s, config: { columns: [name], test_domains: [x.test] } }
          - { module: %s, config: { columns: [id] }, allow: { state: true } }
        """
            .formatted(wasm("mask-email"), wasm("dedupe"));
    try (LivePipeline pipeline = new LivePipeline(home, EmbeddedPostgres.Options.defaults())) {
      pipeline.source(
          "CREATE TABLE items (id bigint PRIMARY KEY, name text)",
          "INSERT INTO items VALUES (1, 'ann@y.org'), (2, 'bot@x.test')");
      pipeline.declare(HEAD).start(options -> options.heap("512m"));
      awaitBoth(pipeline, "1ann@y.org;2bot@x.test");

      next(pipeline, HEAD + module, "INSERT INTO items VALUES (3, 'carl@y.org')");
      awaitStop(pipeline);
      assertThat(pipeline.one("copy", ROWS)).isEqualTo("1ann@y.org;2bot@x.test");
      resync(pipeline);
      awaitBoth(pipeline, "1a***@y.org;3c***@y.org");
      pipeline.source("DELETE FROM items WHERE id = 1", "INSERT INTO items VALUES (4, 'd@y.org')");
      awaitBoth(pipeline, "3c***@y.org;4d***@y.org");

      next(pipeline, HEAD, "INSERT INTO items VALUES (5, 'eve@y.org')");
      awaitStop(pipeline);
      assertThat(pipeline.one("copy", ROWS)).isEqualTo("3c***@y.org;4d***@y.org");
      resync(pipeline);
      awaitBoth(pipeline, "2bot@x.test;3carl@y.org;4d@y.org;5eve@y.org");

      // And once more, for now both topics have been delivered before.
      next(pipeline, HEAD + module, "DELETE FROM items WHERE id = 5");
      awaitStop(pipeline);
      resync(pipeline);
      awaitBoth(pipeline, "3c***@y.org;4d***@y.org");
    }
  }

  private static Path wasm(String name) {
    return Path.of(System.getProperty("rapidbyte.root", ".."))
        .resolve("modules/wasm/c")
        .resolve(name + ".wasm")
        .toAbsolutePath();
  }

  private static void next(LivePipeline pipeline, String file, String change) throws Exception {
    assertThat(pipeline.terminate()).hasValue(0);
    pipeline.source(change);
    pipeline.declare(file).start(options -> options.heap("512m"));
  }

  private static void awaitBoth(LivePipeline pipeline, String rows) throws SQLException {
    pipeline.awaitCopy(ROWS, rows, PATIENCE);
    pipeline.awaitWarehouse(ROWS, rows, PATIENCE);
  }

  private static void awaitStop(LivePipeline pipeline) {
    Eventually.until(
        "status names the command",
        PATIENCE,
        () -> pipeline.command("status").contains("rapidbyte resync public.items"));
  }

  private static void resync(LivePipeline pipeline) {
    pipeline.command("resync", "public.items");
  }
}
