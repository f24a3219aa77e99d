package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong from the start ends a run in one line that names the mend, and by its code. */
@Timeout(90)
final class BadInputTest {
  private static final String SECRET = "s3cret-canary";
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder = Path.of("");
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void aServerWithRoles() throws Exception {
    postgres = EmbeddedPostgres.start();
    Path rules = postgres.dataDirectory().resolve("pg_hba.conf");
    Files.writeString(
        rules,
        "host all careful 127.0.0.1/32 scram-sha-256\n"
            + "hostssl all tls_only 127.0.0.1/32 trust\n"
            + "host all tls_only 127.0.0.1/32 reject\n"
            + Files.readString(rules));
    run(
        "SELECT pg_reload_conf()",
        "CREATE TABLE orders (id int PRIMARY KEY, note text)",
        "CREATE TABLE log (line text)",
        "CREATE ROLE careful LOGIN REPLICATION PASSWORD '" + SECRET + "'",
        "CREATE ROLE tls_only LOGIN REPLICATION",
        "CREATE ROLE plain LOGIN",
        "GRANT SELECT ON orders TO plain",
        "GRANT CREATE ON DATABASE postgres TO plain",
        "CREATE ROLE blind LOGIN REPLICATION",
        "GRANT CREATE ON DATABASE postgres TO blind",
        "CREATE ROLE guest LOGIN REPLICATION",
        "GRANT SELECT ON orders TO guest");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String url(String user) {
    return "postgres://%s@127.0.0.1:%d/postgres?sslmode=disable".formatted(user, postgres.port());
  }

  private Path file(String url, String stream) throws IOException {
    return Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        version: 1
        pipeline: shop
        source: { postgres: { url: "%s" } }
        streams: [ %s ]
        destinations: { warehouse: { duckdb: { path: warehouse.duckdb } } }
        """
            .formatted(url, stream),
        UTF_8);
  }

  private static String orders() {
    return "{ table: public.orders }";
  }

  private int run(Path file, String... more) {
    PrintStream console = new PrintStream(err, true, UTF_8);
    List<String> all =
        new ArrayList<>(
            List.of("run", file.toString(), "--home", folder.resolve("home").toString()));
    all.addAll(List.of(more));
    return Rapidbyte.execute(
        new Console(console, console, false, Map.of()), all.toArray(String[]::new));
  }

  /** One line with what is wrong and what mends it; nothing of the inside, and no secret. */
  private void says(String... words) {
    endsWith(err.toString(UTF_8), words);
  }

  private static void endsWith(String output, String... words) {
    String last = output.strip().lines().reduce("", (before, line) -> line);
    assertThat(last).startsWith("rapidbyte: ").contains(" — ").contains(words);
    assertThat(output).doesNotContain("\tat ", "Exception", SECRET).containsOnlyOnce("rapidbyte: ");
  }

  @Test
  void aHostThatIsNotThere() throws Exception {
    assertThat(run(file("postgres://me@no-such-host.invalid/shop", orders()))).isEqualTo(3);
    says("no-such-host.invalid", "host");
  }

  @Test
  void anAddressThatIsNone() throws Exception {
    assertThat(run(file("http://me@127.0.0.1/shop", orders()))).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .contains("pipeline.yaml: line 3", "postgres://");
  }

  @Test
  void aRoleThatMayNotReplicate() throws Exception {
    assertThat(run(file(url("plain"), orders()))).isEqualTo(3);
    says("ALTER ROLE", "plain", "REPLICATION");
  }

  @Test
  void aTableThatMayNotBeRead() throws Exception {
    assertThat(run(file(url("blind"), orders()))).isEqualTo(3);
    says("GRANT SELECT ON", "orders", "blind");
  }

  @Test
  void aRoleThatMayNotMakeAPublication() throws Exception {
    assertThat(run(file(url("guest"), orders()))).isEqualTo(3);
    says("PUBLICATION", "guest");
  }

  @Test
  void aServerWhoseLogIsNotLogical() throws Exception {
    try (EmbeddedPostgres replica =
        EmbeddedPostgres.start(EmbeddedPostgres.Options.defaults().with("wal_level", "replica"))) {
      try (Connection connection = replica.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE orders (id int PRIMARY KEY)");
      }
      String url = url("postgres").replace(":" + postgres.port(), ":" + replica.port());
      assertThat(run(file(url, orders()))).isEqualTo(3);
      says("wal_level", "ALTER SYSTEM SET wal_level = 'logical'");
    }
  }

  @Test
  void aTableWithoutAKeyUnderUpsert() throws Exception {
    assertThat(run(file(url("postgres"), "{ table: public.log }"))).isEqualTo(3);
    says("public.log", "ALTER TABLE", "mode: append");
  }

  @Test
  void aColumnThatIsNotThere() throws Exception {
    assertThat(run(file(url("postgres"), "{ table: public.orders, columns: [id, nota] }")))
        .isEqualTo(2);
    says("nota", "note");
  }

  @Test
  void aTableThatIsNotThere() throws Exception {
    assertThat(run(file(url("postgres"), "{ table: public.order }"))).isEqualTo(2);
    says("public.order", "public.orders");
  }

  @Test
  void aKeyWithATypo() throws Exception {
    assertThat(run(file(url("postgres"), "{ tabel: public.orders }"))).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("pipeline.yaml: line 4", "tabel", "table");
  }

  @Test
  void aPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(run(file(url("postgres"), orders()), "--http-port", port)).isEqualTo(2);
      says(port, "--http-port");
    }
  }

  @Test
  void aServerThatAsksForTls() throws Exception {
    assertThat(run(file(url("tls_only"), orders()))).isEqualTo(3);
    says("sslmode");
  }

  /** In a process of its own, so that what libraries log is seen too. */
  @Test
  void aWrongPassword() throws Exception {
    String url = url("careful").replace("careful@", "careful:not-" + SECRET + "@");
    try (ForkedJvm run =
        ForkedJvm.start(
            ForkedJvm.Options.of(
                    "io.rapidbyte.app.Main",
                    "run",
                    file(url, orders()).toString(),
                    "--home",
                    folder.resolve("home").toString())
                .flag("-XX:TieredStopAtLevel=1"))) {
      assertThat(run.waitFor(Duration.ofSeconds(60))).hasValue(3);
      endsWith(run.output(), "password", "careful");
      assertThat(run.output()).hasLineCount(1);
    }
  }

  @Test
  @Tag("chaos")
  void aDiskThatIsFull() throws Exception {
    Path small = Files.createDirectories(folder.resolve("home"));
    assertThat(shell("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", small.toString())).isZero();
    try {
      assertThat(run(file(url("postgres"), orders()))).isEqualTo(2);
      says("disk", "--home");
    } finally {
      assertThat(shell("umount", small.toString())).isZero();
    }
  }

  private static int shell(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
