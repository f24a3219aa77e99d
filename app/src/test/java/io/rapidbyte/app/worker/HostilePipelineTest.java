package io.rapidbyte.app.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module that does its worst to a running pipeline at single rows: those go to the dead letters
 * with a cause, the rows around them and the other streams arrive, and the worker goes on.
 */
final class HostilePipelineTest {
  private static final Logger LOG = LoggerFactory.getLogger(HostilePipelineTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a row's name makes the module do: and the code of the letter that tells of it. */
  private static final Map<String, String> DEEDS =
      new TreeMap<>(
          Map.of(
              "loop", "module/deadline",
              "bomb", "module/memory-limit",
              "recursion", "module/stack-exhausted",
              "trap", "module/trap",
              "pointer", "module/bad-pointer",
              "gibibyte", "module/emit-limit",
              "http://169.254.169.254/latest", "module/not-allowed",
              "http://flips-to-127.0.0.1.example/", "module/not-allowed"));

  @TempDir private Path home;

  private static Path guest() {
    return Path.of(System.getProperty("rapidbyte.root", ".."))
        .resolve("stream-processor/src/test/resources/guests/poisoned.wasm")
        .toAbsolutePath();
  }

  @Test
  @Tag("chaos")
  void whateverAModuleDoesStaysWithTheRowAtWhichItDidIt() throws Exception {
    try (LivePipeline pipeline = new LivePipeline(home, EmbeddedPostgres.Options.defaults())) {
      pipeline.source(
          "CREATE TABLE items (id bigint PRIMARY KEY, name text)",
          "CREATE TABLE plain (id bigint PRIMARY KEY, name text)");
      pipeline.declare(
          """
          streams: [{ table: public.* }]
          transforms:
            - { module: %s, allow: { state: true }, streams: [public.items] }
          limits: { module_timeout: 300ms, memory: 16mb }
          """
              .formatted(guest()));
      pipeline.start(options -> options.heap("512m"));
      pipeline.source(
          "INSERT INTO items VALUES (0, 'first')", "INSERT INTO plain VALUES (0, 'first')");
      awaitSame(pipeline, "items", 0);
      awaitSame(pipeline, "plain", 0);

      DeadLetters letters = new DeadLetters(pipeline.bootstrap(), "live.public.items.dlq");
      int id = 1;
      for (Map.Entry<String, String> deed : DEEDS.entrySet()) {
        provoke(pipeline, deed.getKey(), id);
        id += 1_000;
        assertThat(letters.documents().getLast())
            .contains("\"code\":\"" + deed.getValue() + "\"", deed.getKey(), "\"fix\":\"");
      }
      assertThat(letters.documents()).hasSize(DEEDS.size());
    }
  }

  /** 200 rows with the bad one among them, and what comes of them, of the next, and of others. */
  private static void provoke(LivePipeline pipeline, String deed, int id) throws Exception {
    pipeline.source(
        "INSERT INTO items SELECT i, 'good' FROM generate_series(%d, %d) i".formatted(id, id + 99),
        "INSERT INTO items VALUES (%d, '%s')".formatted(id + 100, deed),
        "INSERT INTO items SELECT i, 'good' FROM generate_series(%d, %d) i"
            .formatted(id + 101, id + 200));
    long began = System.nanoTime();
    pipeline.source("INSERT INTO plain VALUES (%d, 'beside')".formatted(id));
    awaitSame(pipeline, "plain", id);
    long beside = System.nanoTime();
    awaitSame(pipeline, "items", id + 200);
    long past = System.nanoTime();
    pipeline.source("INSERT INTO items VALUES (%d, 'after')".formatted(id + 300));
    awaitSame(pipeline, "items", id + 300);
    LOG.info(
        "{}: another stream's row after {} ms, its own batch after {} ms, the next row {} ms later",
        deed,
        millis(beside - began),
        millis(past - began),
        millis(System.nanoTime() - past));
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }

  /** Waits until the copy has what the source has up to an id, but for the bad rows. */
  private static void awaitSame(LivePipeline pipeline, String table, long id) throws Exception {
    String bad = "'" + String.join("','", DEEDS.keySet()) + "'";
    String expected =
        pipeline.one(
            "source",
            "SELECT count(*) || '/' || coalesce(sum(id), 0) FROM public.%s WHERE name NOT IN (%s)"
                .formatted(table, bad));
    pipeline.awaitCopy(
        "SELECT count(*) || '/' || coalesce(sum(id), 0) FROM public." + table, expected, PATIENCE);
    Eventually.until(
        table + " has " + id,
        PATIENCE,
        () ->
            pipeline
                .one("copy", "SELECT count(*) FROM public." + table + " WHERE id = " + id)
                .equals("1"));
  }
}
