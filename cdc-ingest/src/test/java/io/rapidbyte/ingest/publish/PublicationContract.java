package io.rapidbyte.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.publish.PublicationReconciler.Outcome;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of publications on every version of Postgres. */
abstract class PublicationContract {
  private TestDatabase database;
  private Connection connection;

  abstract TestDatabase open();

  @BeforeEach
  void connect() throws SQLException {
    database = open();
    connection = database.connect();
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
    database.close();
  }

  /** Every identity, with and without where and columns. */
  private Map<String, StreamSpec> matrix() throws SQLException {
    Map<String, StreamSpec> specs = new LinkedHashMap<>();
    List<String> statements = new ArrayList<>();
    for (String identity : List.of("DEFAULT", "FULL", "USING INDEX", "NOTHING")) {
      for (String where :
          List.of(
              "",
              "id > 0",
              "code <> 'none'",
              "status <> 'draft'",
              "lower(code) <> 'none' OR id > 0")) {
        for (boolean columns : List.of(false, true)) {
          String name = "t" + specs.size();
          statements.addAll(
              List.of(
                  "CREATE TABLE %s (id int PRIMARY KEY, code text NOT NULL, status text, secret text)"
                      .formatted(name),
                  "CREATE UNIQUE INDEX %s_code ON %s (code)".formatted(name, name),
                  "ALTER TABLE %s REPLICA IDENTITY %s"
                      .formatted(
                          name,
                          identity.equals("USING INDEX")
                              ? identity + " " + name + "_code"
                              : identity)));
          StreamSpec spec = Pipelines.stream("public." + name);
          spec = where.isEmpty() ? spec : Pipelines.where(spec, where);
          spec = columns ? Pipelines.columns(spec, "id", "code", "status") : spec;
          specs.put(
              name, identity.equals("NOTHING") ? Pipelines.mode(spec, WriteMode.APPEND) : spec);
        }
      }
    }
    database.execute(statements.toArray(String[]::new));
    return specs;
  }

  @Test
  void letsTheApplicationUpdateAndDeleteAndPublishesNoExcludedColumn() throws SQLException {
    Map<String, StreamSpec> specs = matrix();
    PublicationPlan whole = plan(specs.values().toArray(StreamSpec[]::new));
    whole.refusals().forEach(r -> specs.remove(r.table().table()));
    PublicationPlan plan = plan(specs.values().toArray(StreamSpec[]::new));
    assertThat(plan.tables()).hasSizeGreaterThan(20);
    Outcome outcome = reconcile(plan);
    assertThat(outcome.created()).containsExactlyInAnyOrderElementsOf(plan.names());
    database.execute("SELECT pg_create_logical_replication_slot('matrix', 'pgoutput')");
    List<String> writes = new ArrayList<>();
    for (String table : specs.keySet()) {
      writes.addAll(
          List.of(
              "INSERT INTO %1$s VALUES (1, 'a', 'open', 'secret of %1$s.'), (2, 'b', 'draft', 'secret of %1$s.')"
                  .formatted(table),
              "UPDATE %1$s SET status = 'paid', secret = secret || '!'".formatted(table),
              "UPDATE %1$s SET id = id + 10, code = code || '2' WHERE id = 1".formatted(table),
              "DELETE FROM %s".formatted(table)));
    }
    database.execute(writes.toArray(String[]::new));
    String log = log("matrix", plan);
    for (TablePlan table : plan.tables()) {
      boolean published = log.contains("secret of " + table.name().table() + ".");
      assertThat(published)
          .as("%s %s %s", table.name(), table.spec(), table.columns())
          .isEqualTo(!table.columns().isPushed());
    }
  }

  @Test
  void changesNothingWhereNothingDiffers() throws SQLException {
    PublicationPlan plan = plan(matrix().values().stream().limit(8).toArray(StreamSpec[]::new));
    PublicationPlan sound =
        new PublicationPlan(plan.server(), plan.main(), plan.inserts(), plan.tables(), List.of());
    Outcome first = reconcile(sound);
    Outcome second = reconcile(sound);
    assertThat(first.isChanged()).isTrue();
    assertThat(second.isChanged()).isFalse();
    assertThat(second.oids()).isEqualTo(first.oids());
  }

  @Test
  void followsTheDeclaredState() throws SQLException {
    database.execute(
        "CREATE TABLE \"A b\" (id int PRIMARY KEY, \"x\"\"y\" text)",
        "CREATE TABLE c (id int PRIMARY KEY)");
    StreamSpec one = Pipelines.stream("public.A b");
    Outcome first = reconcile(plan(one, Pipelines.stream("public.c")));
    assertThat(first.changed()).hasSize(2);
    Outcome second = reconcile(plan(one));
    assertThat(second.changed()).map(Object::toString).containsExactly("public.c");
    assertThat(tables()).isEqualTo("A b");
    assertThat(reconcile(plan()).changed()).map(Object::toString).containsExactly("public.A b");
    assertThat(tables()).isEqualTo("null");
    assertThat(reconcile(plan(one)).oids()).isEqualTo(first.oids());
  }

  @Test
  void takesBackWhatSomebodyAltered() throws SQLException {
    database.execute("CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
    PublicationPlan plan = plan(Pipelines.stream("public.a"));
    reconcile(plan);
    database.execute(
        "ALTER PUBLICATION \"%s\" ADD TABLE b".formatted(Pipelines.PUBLICATION),
        "ALTER PUBLICATION \"%s\" SET (publish = 'insert')".formatted(Pipelines.PUBLICATION));
    assertThat(reconcile(plan).changed())
        .map(Object::toString)
        .containsExactlyInAnyOrder("public.a", "public.b");
    assertThat(tables()).isEqualTo("a");
    assertThat(
            database.query(
                "SELECT pubupdate FROM pg_publication WHERE NOT pubname LIKE '%inserts'"))
        .isEqualTo("t");
  }

  @Test
  void neverCreatesAgainWhatWasDropped() throws SQLException {
    database.execute("CREATE TABLE a (id int PRIMARY KEY)");
    PublicationPlan plan = plan(Pipelines.stream("public.a"));
    assertThatThrownBy(() -> new PublicationReconciler(connection).reconcile(plan, false))
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().code()).isEqualTo(Codes.SOURCE_RESYNC_REQUIRED));
    assertThat(database.query("SELECT count(*) FROM pg_publication")).isEqualTo("0");
  }

  @Test
  void publishesPartitionsThroughTheirRoot() throws SQLException {
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY, secret text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)");
    PublicationPlan plan = plan(Pipelines.stream("public.*"));
    assertThat(plan.tables()).map(t -> t.name().toString()).containsExactly("public.p");
    reconcile(plan);
    database.execute(
        "SELECT pg_create_logical_replication_slot('parts', 'pgoutput')",
        "INSERT INTO p VALUES (1, 'x'), (11, 'y')",
        "UPDATE p SET id = id + 1",
        "DELETE FROM p");
    String root = database.query("SELECT 'p'::regclass::oid");
    for (byte[] message : messages("parts", plan)) {
      if ("IUD".indexOf(message[0]) >= 0) {
        int relation = ByteBuffer.wrap(message, 1, Integer.BYTES).getInt();
        assertThat(Integer.toUnsignedString(relation)).isEqualTo(root);
      }
    }
  }

  @Test
  void refusesAPartitionThatLogsLessThanItsRootAnnounces() throws SQLException {
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
        "ALTER TABLE p REPLICA IDENTITY FULL");
    PublicationPlan refused = plan(Pipelines.stream("public.p"));
    assertThat(refused.refusals())
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.error().code()).isEqualTo(Refusals.PARTITION_IDENTITY);
              assertThat(r.error().fix())
                  .isEqualTo("ALTER TABLE \"public\".\"p1\" REPLICA IDENTITY FULL;");
            });
    database.execute(refused.refusals().get(0).error().fix());
    assertThat(plan(Pipelines.stream("public.p")).refusals()).isEmpty();
  }

  @Test
  void refusesWhatWouldStopTheApplication() throws SQLException {
    database.execute(
        "CREATE TABLE keyless (id int)",
        "CREATE TABLE lazy (id int, PRIMARY KEY (id) DEFERRABLE)",
        "CREATE TABLE full_keyless (id int)",
        "ALTER TABLE full_keyless REPLICA IDENTITY FULL",
        "CREATE TABLE other_key (id int PRIMARY KEY, email text)");
    PublicationPlan plan =
        plan(
            Pipelines.stream("public.keyless"),
            Pipelines.stream("public.lazy"),
            Pipelines.stream("public.full_keyless"),
            Pipelines.key(Pipelines.stream("public.other_key"), "email"));
    assertThat(
            plan.refusals().stream()
                .collect(Collectors.toMap(r -> r.table().table(), r -> r.error().code())))
        .isEqualTo(
            Map.of(
                "keyless", Refusals.NO_IDENTITY,
                "lazy", Refusals.NO_IDENTITY,
                "full_keyless", Refusals.NO_KEY,
                "other_key", Refusals.KEY_NOT_IN_IDENTITY));
    assertThat(plan(Pipelines.key(Pipelines.stream("public.full_keyless"), "id")).refusals())
        .isEmpty();
    PublicationPlan appended =
        plan(Pipelines.mode(Pipelines.stream("public.keyless"), WriteMode.APPEND));
    assertThat(appended.refusals()).isEmpty();
    assertThat(appended.inserts().tables()).hasSize(1);
  }

  @Test
  void survivesGeneratedColumnsUnderFull() throws SQLException {
    database.execute(
        "CREATE TABLE g (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)",
        "ALTER TABLE g REPLICA IDENTITY FULL");
    reconcile(plan(Pipelines.stream("public.g")));
    database.execute("INSERT INTO g VALUES (1)", "UPDATE g SET id = 2", "DELETE FROM g");
  }

  @Test
  void waitsForTransactionsThatBeganBefore() throws Exception {
    database.execute("CREATE TABLE a (id int PRIMARY KEY)");
    try (Connection older = database.connect();
        Statement statement = older.createStatement()) {
      older.setAutoCommit(false);
      statement.execute("INSERT INTO a VALUES (1)");
      reconcile(plan(Pipelines.stream("public.a")));
      long mark = OlderTransactions.mark(connection);
      assertThat(OlderTransactions.ended(connection, mark)).isFalse();
      assertThatThrownBy(() -> OlderTransactions.await(connection, Duration.ofMillis(1)))
          .isInstanceOfSatisfying(
              RapidbyteException.class, e -> assertThat(e.error().retryable()).isTrue());
      older.commit();
      OlderTransactions.await(connection, Duration.ofSeconds(20));
      assertThat(OlderTransactions.ended(connection, mark)).isTrue();
    }
  }

  @Test
  void tellsAnotherRoleWhatItsOwnerMustRun() throws SQLException {
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY)",
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader",
        "GRANT SELECT ON a TO reader");
    PublicationPlan plan = plan(Pipelines.stream("public.a"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE reader");
      assertThatThrownBy(() -> reconcile(plan))
          .isInstanceOfSatisfying(
              RapidbyteException.class,
              e -> {
                assertThat(e.error().code()).isEqualTo(PublicationReconciler.PRIVILEGE);
                assertThat(e.error().fix())
                    .contains("CREATE PUBLICATION \"" + Pipelines.PUBLICATION);
              });
      statement.execute("RESET ROLE");
      statement.execute(plan.main().createSql(plan.server()));
      statement.execute("SET ROLE reader");
      assertThat(reconcile(plan).isChanged()).as("a publication that somebody made fits").isFalse();
      statement.execute("RESET ROLE");
    } finally {
      database.execute("DROP OWNED BY reader", "DROP ROLE reader");
    }
  }

  PublicationPlan plan(StreamSpec... streams) {
    PipelineSpec pipeline = Pipelines.of(database, database.user(), streams);
    return PublicationPlanner.plan(pipeline, new CatalogReader(connection).discover());
  }

  TestDatabase database() {
    return database;
  }

  private Outcome reconcile(PublicationPlan plan) {
    return new PublicationReconciler(connection).reconcile(plan, true);
  }

  private String tables() throws SQLException {
    return database.query(
        "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_publication_tables");
  }

  private String log(String slot, PublicationPlan plan) throws SQLException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    messages(slot, plan).forEach(all::writeBytes);
    return all.toString(UTF_8);
  }

  private List<byte[]> messages(String slot, PublicationPlan plan) throws SQLException {
    String names = plan.names().stream().map(n -> '"' + n + '"').collect(Collectors.joining(","));
    List<byte[]> messages = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT data FROM pg_logical_slot_get_binary_changes('%s', NULL, NULL, 'proto_version', '2', 'binary', 'true', 'publication_names', '%s')"
                    .formatted(slot, names))) {
      while (rows.next()) {
        messages.add(rows.getBytes(1));
      }
    }
    return messages;
  }
}
