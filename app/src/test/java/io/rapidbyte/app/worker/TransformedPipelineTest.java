package io.rapidbyte.app.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline with transforms, from source to warehouse; Postgres itself computes what must come.
 */
final class TransformedPipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The source's rows as the transforms leave them: an independent reckoning, in SQL. */
  private static final String EXPECTED =
      """
      SELECT coalesce(string_agg(line, ';' ORDER BY line), '') FROM (
        SELECT id || '|' || left(name, 1) || repeat('*', length(name) - 1) || '|'
               || encode(sha256(email::bytea), 'hex') || '|' || code::integer || '|eu' AS line
        FROM customers WHERE active AND code ~ '^[0-9]+$') rows
      """;

  private static final String FOUND =
      """
      SELECT coalesce(string_agg(line, ';' ORDER BY line), '') FROM (
        SELECT customer_id || '|' || name || '|' || email || '|' || code || '|' || region AS line
        FROM public.customers) rows
      """;

  private static final Path MASK =
      Path.of(System.getProperty("rapidbyte.root", ".."))
          .resolve("modules/wasm/rust/mask-email.wasm")
          .toAbsolutePath();

  private static final String CONTACTS =
      "SELECT string_agg(id || ' ' || address, ';' ORDER BY id) FROM public.contacts";

  @TempDir private Path home;

  @Test
  void theWarehouseHoldsWhatTheTransformsLeaveOfTheSource() throws Exception {
    try (LivePipeline pipeline = new LivePipeline(home, EmbeddedPostgres.Options.defaults())) {
      pipeline.source(
          "CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text, code text,"
              + " active boolean)",
          "CREATE TABLE plain (id bigint PRIMARY KEY, v text)",
          "CREATE TABLE contacts (id bigint PRIMARY KEY, email text)",
          "INSERT INTO contacts VALUES (1, 'ann@example.org'), (2, 'bot@test.example')",
          "INSERT INTO customers SELECT i, 'name' || i, 'm' || i || '@x.org', i::text, i % 3 > 0"
              + " FROM generate_series(1, 600) i",
          "INSERT INTO customers VALUES (1000, 'poison', 'p@x.org', 'no number', true)",
          "INSERT INTO plain VALUES (1, 'as it is')");
      pipeline.declareWarehouse(
          """
          streams: [{ table: public.* }]
          transforms:
            - { filter: "active", streams: [public.customers] }
            - mask: { columns: { name: { partial: { first: 1, last: 0 } }, email: hash } }
              streams: [public.customers]
            - { cast: { code: integer }, streams: [public.customers] }
            - { add: { region: "'eu'" }, streams: [public.customers] }
            - { project: [id, name, email, code, region], streams: [public.customers] }
            - { rename: { id: customer_id }, streams: [public.customers] }
            - { rename: { email: address }, streams: [public.contacts] }
            - { module: %s, config: { columns: [address] }, streams: [public.contacts] }
          """
              .formatted(MASK));
      pipeline.start(options -> options.heap("512m"));
      await(pipeline);
      pipeline.awaitWarehouse("SELECT v FROM public.plain", "as it is", PATIENCE);
      pipeline.awaitWarehouse(CONTACTS, "1 a***@example.org", PATIENCE);
      assertThat(pipeline.command("status"))
          .containsPattern("mask-email 1\\.0\\.0 \\([0-9a-f]{12}\\)");
      DeadLetters letters = new DeadLetters(pipeline.bootstrap(), "live.public.customers.dlq");
      assertThat(letters.documents()).hasSize(1);

      change(pipeline);
      await(pipeline);
      pipeline.awaitWarehouse(CONTACTS, "3 c***@example.org", PATIENCE);
      assertThat(letters.documents()).hasSize(2);
      assertThat(letters.ids()).hasSize(2);
      assertThat(letters.documents().getLast())
          .contains("\"stage\":\"process\"", "data/malformed-value", "\"code\":\"also none\"")
          .contains("\"arrow\":");

      pipeline.source(
          "TRUNCATE customers", "INSERT INTO customers VALUES (7, 'seven', 's', '7', true)");
      await(pipeline);
      assertThat(
              new TopicOracle(pipeline.bootstrap())
                  .read(List.of("live.public.customers.out"), Duration.ofSeconds(20))
                  .violations())
          .isEmpty();
    }
  }

  /** Updates into and out of the filter, deletes, a new key, a column that is not delivered. */
  private static void change(LivePipeline pipeline) throws SQLException {
    pipeline.source(
        "UPDATE customers SET active = NOT active WHERE id % 5 = 0",
        "UPDATE contacts SET email = 'ann@TEST.example' WHERE id = 1", // becomes a test's
        "INSERT INTO contacts VALUES (3, 'carl@example.org')",
        "DELETE FROM customers WHERE id % 7 = 0",
        "UPDATE customers SET id = id + 10000 WHERE id % 11 = 0",
        "INSERT INTO customers VALUES (2000, 'more poison', 'q@x.org', 'also none', true)",
        "ALTER TABLE customers ADD COLUMN added text",
        "UPDATE customers SET name = 'after', added = 'x' WHERE id % 13 = 0");
  }

  private static void await(LivePipeline pipeline) throws SQLException {
    pipeline.awaitWarehouse(FOUND, pipeline.one("source", EXPECTED), PATIENCE);
  }
}
