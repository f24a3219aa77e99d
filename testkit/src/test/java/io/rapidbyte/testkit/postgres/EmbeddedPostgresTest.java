package io.rapidbyte.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

final class EmbeddedPostgresTest {
  @ParameterizedTest
  @EnumSource
  void everyVersionDecodesItsLog(PostgresVersion version) throws Exception {
    EmbeddedPostgres.Options options = EmbeddedPostgres.Options.defaults().version(version);
    try (EmbeddedPostgres pg = EmbeddedPostgres.start(options);
        TestDatabase database = TestDatabase.create(pg, "shop")) {
      assertThat(database.query("SHOW server_version")).startsWith(version.major() + ".");
      assertThat(database.query("SHOW synchronous_commit")).isEqualTo("on");
      assertThat(
              database.query(
                  "SELECT lsn IS NOT NULL FROM pg_create_logical_replication_slot('s',"
                      + " 'pgoutput')"))
          .isEqualTo("t");
    }
  }

  @Test
  void aKeptDirectoryIsGoneOnWith(@TempDir Path directory) throws Exception {
    EmbeddedPostgres.Options options =
        EmbeddedPostgres.Options.defaults().in(directory.resolve("pg")).with("work_mem", "7MB");
    try (EmbeddedPostgres pg = EmbeddedPostgres.start(options);
        Connection connection = pg.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT 7 AS n");
    }
    try (EmbeddedPostgres pg = EmbeddedPostgres.start(options);
        Connection connection = pg.connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT n, current_setting('work_mem') FROM t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
      assertThat(rows.getString(2)).isEqualTo("7MB");
    }
  }

  @Test
  void aKilledServerComesBackOnItsPortWithWhatWasCommitted() throws Exception {
    try (EmbeddedPostgres pg = EmbeddedPostgres.start();
        Connection open = pg.connect();
        Statement statement = open.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT 7 AS n");
      int port = pg.port();
      pg.kill9();
      assertThatThrownBy(() -> statement.execute("SELECT 1")).isNotNull();
      pg.restart();
      assertThat(pg.port()).isEqualTo(port);
      try (Connection connection = pg.connect();
          Statement again = connection.createStatement();
          var rows = again.executeQuery("SELECT n FROM t")) {
        assertThat(rows.next()).isTrue();
      }
    }
  }

  @Test
  void aServerThatCannotStartSaysWhatItsLogSays() {
    EmbeddedPostgres.Options options = EmbeddedPostgres.Options.defaults().with("work_mem", "much");
    assertThatThrownBy(() -> EmbeddedPostgres.start(options))
        .isInstanceOf(RapidbyteException.class)
        .hasMessageContaining("work_mem");
  }

  @Test
  void aDatabaseIsDroppedWithASlotInUse() throws Exception {
    TestDatabase database = SharedPostgres.database();
    database.execute(
        "SELECT pg_create_logical_replication_slot('in_use', 'pgoutput')",
        "CREATE PUBLICATION p FOR ALL TABLES");
    Properties replication = new Properties();
    replication.setProperty("replication", "database");
    replication.setProperty("assumeMinServerVersion", "14");
    replication.setProperty("preferQueryMode", "simple");
    try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), replication)) {
      PGReplicationStream stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName("in_use")
              .withSlotOption("proto_version", "1")
              .withSlotOption("publication_names", "p")
              .start();
      assertThat(stream.isClosed()).isFalse();
      database.close();
    }
    try (Connection connection = database.server().connect();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT (SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'in_use')"
                    + " + (SELECT count(*) FROM pg_database WHERE datname = '"
                    + database.name()
                    + "')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void aServerEndsWithTheProcessThatStartedItHoweverThatEnds() throws Exception {
    ProcessHandle server;
    try (var parent = ForkedJvm.start(ForkedJvm.Options.of(Starts.class.getName()))) {
      Eventually.until(
          "the server's pid", Duration.ofSeconds(60), () -> parent.output().contains("pid="));
      String output = parent.output();
      long pid =
          Long.parseLong(
              output.substring(output.indexOf("pid=") + 4).lines().findFirst().orElseThrow());
      server = ProcessHandle.of(pid).orElseThrow();
      parent.kill9();
    }
    server.onExit().get(30, TimeUnit.SECONDS);
  }

  /** Starts a server and waits to be killed. */
  static final class Starts {
    private Starts() {}

    public static void main(String[] args) throws Exception {
      EmbeddedPostgres pg = EmbeddedPostgres.start();
      System.out.println("pid=" + pg.pid());
      Thread.currentThread().join();
    }
  }
}
