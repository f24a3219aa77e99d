package io.rapidbyte.ingest.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.ddl.SchemaEvents;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.publish.Pipelines;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PreflightTest {
  private TestDatabase database;

  @BeforeEach
  void create() {
    database = SharedPostgres.database();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private List<Finding> check(StreamSpec... streams) {
    return Preflight.check(Pipelines.of(database, database.user(), streams));
  }

  private static List<String> failures(List<Finding> findings) {
    return findings.stream().filter(Finding::isFailure).map(Finding::code).toList();
  }

  private static Finding of(List<Finding> findings, String code) {
    return findings.stream().filter(f -> f.code().equals(code)).findFirst().orElseThrow();
  }

  @Test
  void findsNothingWrongWithAPlainTable() throws SQLException {
    database.execute("CREATE TABLE a (id int PRIMARY KEY)");
    List<Finding> findings = check(Pipelines.stream("public.a"));
    assertThat(failures(findings)).isEmpty();
    assertThat(of(findings, "source/stream").message()).isEqualTo("key id");
  }

  @Test
  void findsAllThatIsWrongAtOnce() throws SQLException {
    database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "CREATE TABLE keyless (id int)",
        "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)",
        "CREATE TABLE ours (id int PRIMARY KEY, _rb_op text)",
        "CREATE SCHEMA a",
        "CREATE TABLE a.b_c (id int PRIMARY KEY)",
        "CREATE SCHEMA a_b",
        "CREATE TABLE a_b.c (id int PRIMARY KEY)");
    List<Finding> findings =
        check(
            Pipelines.stream("public.order"),
            Pipelines.stream("public.keyless"),
            Pipelines.stream("public.cache"),
            Pipelines.stream("public.ours"),
            Pipelines.where(Pipelines.stream("public.orders"), "idd > 1"),
            Pipelines.stream("a.b_c"),
            Pipelines.stream("a_b.c"));
    assertThat(failures(findings))
        .contains(
            "source/table-missing",
            "source/table-skipped",
            "source/topic-collision",
            "source/no-replica-identity",
            "source/reserved-column");
    assertThat(of(findings, "source/table-missing").mend())
        .isEqualTo("did you mean public.orders?");
    assertThat(of(findings, "source/where").isFailure()).isTrue();
  }

  @Test
  void saysWhereFiltersRunAndHowToPushThemDown() throws SQLException {
    database.execute("CREATE TABLE a (id int PRIMARY KEY, status text, total numeric)");
    StreamSpec stream = Pipelines.where(Pipelines.stream("public.a"), "status = 'paid'");
    List<Finding> findings = check(Pipelines.partitions(stream, 4));
    assertThat(failures(findings)).isEmpty();
    assertThat(of(findings, "source/push-down").mend())
        .isEqualTo("ALTER TABLE \"public\".\"a\" REPLICA IDENTITY FULL;");
    assertThat(of(findings, "source/large-values").severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(of(findings, "source/numeric-as-text").message()).endsWith("total");
    database.execute(of(findings, "source/push-down").mend());
    assertThat(of(check(stream), "source/push-down").severity()).isEqualTo(Finding.Severity.OK);
  }

  @Test
  void mendsWhatAPlainRoleLacks() throws SQLException {
    database.execute(
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.a (id int PRIMARY KEY)",
        "ALTER TABLE shop.a ENABLE ROW LEVEL SECURITY",
        "CREATE ROLE plain LOGIN PASSWORD 'postgres'");
    try {
      PipelineSpec spec = Pipelines.of(database, "plain", Pipelines.stream("shop.a"));
      List<Finding> before = Preflight.check(spec);
      assertThat(failures(before))
          .containsExactlyInAnyOrder(
              "source/replication",
              "source/publication-privilege",
              "source/schema-privilege",
              "source/table-privilege",
              "source/row-security",
              "source/table-owner");
      database.execute(
          of(before, "source/replication").mend().replaceAll(";.*", ""),
          of(before, "source/publication-privilege").mend().replaceAll(";.*", ""),
          of(before, "source/schema-privilege").mend(),
          of(before, "source/table-privilege").mend(),
          of(before, "source/row-security").mend(),
          "ALTER TABLE shop.a OWNER TO plain");
      assertThat(failures(Preflight.check(spec))).isEmpty();
      try (Connection connection = database.connect()) {
        SourcePlan plan = new CheckedSourcePlanner(spec).plan(connection, true);
        assertThat(plan.streams()).hasSize(1);
        assertThat(plan.publications()).hasSize(2);
        SourcePlan again = new CheckedSourcePlanner(spec).plan(connection, false);
        assertThat(again.publicationOid()).isEqualTo(plan.publicationOid());
      }
      installsItsEventTriggers(spec, of(before, "source/schema-events"));
    } finally {
      database.execute("DROP OWNED BY plain CASCADE", "DROP ROLE plain");
    }
  }

  private void installsItsEventTriggers(PipelineSpec spec, Finding finding) throws SQLException {
    assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO);
    try (Connection own = new PostgresSessions(spec.source().address(), "check").sql()) {
      assertThat(SchemaEvents.establish(spec, own)).isEqualTo(SchemaEvents.Mode.UNTOLD);
      database.execute(finding.mend().substring(finding.mend().indexOf('\n') + 1));
      assertThat(SchemaEvents.establish(spec, own)).isEqualTo(SchemaEvents.Mode.TOLD);
    }
    assertThat(of(Preflight.check(spec), "source/schema-events").severity())
        .isEqualTo(Finding.Severity.OK);
  }

  @Test
  void refusesToPlanWhatCannotRun() throws SQLException {
    database.execute("CREATE TABLE keyless (id int)");
    PipelineSpec spec = Pipelines.of(database, database.user(), Pipelines.stream("public.keyless"));
    try (Connection connection = database.connect()) {
      assertThatThrownBy(() -> new CheckedSourcePlanner(spec).plan(connection, true))
          .isInstanceOf(RapidbyteException.class)
          .hasMessageContaining("REPLICA IDENTITY FULL");
    }
  }

  @Test
  void wantsLogicalWal() {
    EmbeddedPostgres.Options options =
        EmbeddedPostgres.Options.defaults()
            .with("wal_level", "replica")
            .with("max_replication_slots", "0");
    try (EmbeddedPostgres server = EmbeddedPostgres.start(options);
        TestDatabase other = TestDatabase.create(server, "replica")) {
      List<Finding> findings = Preflight.check(Pipelines.of(other, other.user()));
      assertThat(failures(findings)).contains("source/wal-level", "source/slots");
      assertThat(of(findings, "source/wal-level").mend()).contains("ALTER SYSTEM SET wal_level");
    }
  }

  @Test
  void namesTheMendOfEveryFailedConnection() throws SQLException, IOException {
    PipelineSpec spec = Pipelines.of(database, database.user());
    PostgresAddress good = spec.source().address();
    assertThat(
            codeAt(
                spec, at(good, "no-such-host.invalid", good.port(), good.database(), good.user())))
        .isEqualTo("source/host-unknown");
    assertThat(codeAt(spec, at(good, good.host(), closedPort(), good.database(), good.user())))
        .isEqualTo("source/unreachable");
    assertThat(codeAt(spec, at(good, good.host(), good.port(), "nowhere", good.user())))
        .isEqualTo("source/database");
    assertThat(codeAt(spec, at(good, good.host(), good.port(), good.database(), "nobody")))
        .isEqualTo("source/login");
    PostgresAddress tls =
        new PostgresAddress(
            good.host(),
            good.port(),
            good.database(),
            good.user(),
            good.password(),
            "require",
            java.util.Map.of());
    assertThat(codeAt(spec, tls)).isEqualTo("source/rejected");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static PostgresAddress at(
      PostgresAddress like, String host, int port, String database, String user) {
    return new PostgresAddress(
        host, port, database, user, like.password(), like.sslmode(), like.properties());
  }

  private static String codeAt(PipelineSpec spec, PostgresAddress address) {
    SourceSpec source = spec.source();
    PipelineSpec moved =
        new PipelineSpec(
            spec.pipeline(),
            spec.kafka(),
            new SourceSpec(address, source.slot(), source.publication(), source.snapshot()),
            spec.streams(),
            spec.destinations(),
            spec.policies(),
            spec.limits());
    List<Finding> findings = Preflight.check(moved);
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).mend()).isNotEmpty();
    return findings.get(0).code();
  }
}
