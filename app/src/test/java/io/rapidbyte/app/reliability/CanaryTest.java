package io.rapidbyte.app.reliability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A password that is nowhere but where it was given: looked for in what workers print, in every
 * file of the home (the broker's logs, so every topic and dead letter, among them), in what is
 * served over HTTP and in thread dumps, while all goes well and while everything fails.
 */
@Tag("chaos")
final class CanaryTest {
  private static final String CANARY = "xkCanary7Zq";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern STATUS = Pattern.compile("status at (http://[0-9.:]+)");

  @TempDir private Path home;

  @Test
  void aPasswordIsNeverTold() throws Exception {
    List<String> seen = new ArrayList<>();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      prepare(postgres);
      Files.writeString(home.resolve("pipeline.yaml"), yaml(postgres));
      try (ForkedJvm worker = start()) {
        await(worker, () -> count(postgres) == 1_000);
        seen.addAll(served(worker));
        strike(postgres);
        await(worker, () -> worker.output().contains("password authentication failed"));
        // A wrong password is for a person to mend: the process ends and says so.
        assertThat(worker.waitFor(Duration.ofMinutes(1))).as(worker.output()).isPresent();
        seen.add(worker.output());
      }
    }
    for (String each : List.of("run", "check", "status", "discover")) {
      try (ForkedJvm failing = command(each, "--verbose")) {
        assertThat(failing.waitFor(Duration.ofMinutes(1))).as(each).isPresent();
        seen.add(failing.output());
      }
    }
    assertThat(seen).allMatch(text -> !text.isEmpty());
    assertThat(seen).noneMatch(text -> text.contains(CANARY));
    assertThat(filesWith()).isEmpty();
  }

  private void prepare(EmbeddedPostgres postgres) throws Exception {
    Path hba = postgres.dataDirectory().resolve("pg_hba.conf");
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE canary LOGIN REPLICATION SUPERUSER PASSWORD '" + CANARY + "'");
      statement.execute("CREATE DATABASE source");
      statement.execute("CREATE DATABASE copy");
      Files.writeString(
          hba,
          "host all,replication canary 127.0.0.1/32 scram-sha-256\n"
              + "host replication canary 127.0.0.1/32 scram-sha-256\n"
              + Files.readString(hba));
      statement.execute("SELECT pg_reload_conf()");
    }
    try (Connection connection = postgres.connect("source");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id int PRIMARY KEY, n int)");
      statement.execute("INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i");
    }
  }

  private String yaml(EmbeddedPostgres postgres) {
    String login =
        "host: 127.0.0.1, port: %d, user: canary, password: \"${env:CANARY}\", sslmode: disable"
            .formatted(postgres.port());
    return """
    version: 1
    pipeline: canary
    source:
      postgres: { %s, database: source }
    streams: [ { table: public.* } ]
    destinations:
      warehouse: { duckdb: { path: "%s" } }
      copy: { postgres: { %s, database: copy } }
    """
        .formatted(login, home.resolve("warehouse.duckdb"), login);
  }

  private ForkedJvm start() {
    return command("run", "--verbose");
  }

  private ForkedJvm command(String name, String... more) {
    List<String> args = new ArrayList<>(List.of(name, home.resolve("pipeline.yaml").toString()));
    args.addAll(List.of("--home", home.resolve("home").toString()));
    args.addAll(List.of(more));
    return ForkedJvm.start(
        ForkedJvm.Options.of("io.rapidbyte.app.Main", args.toArray(String[]::new))
            .heap("512m")
            .flag("-XX:TieredStopAtLevel=1")
            .withEnvironment("CANARY", CANARY));
  }

  private static void await(ForkedJvm worker, java.util.concurrent.Callable<Boolean> condition) {
    try {
      Eventually.until("as expected", PATIENCE, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + worker.output(), e);
    }
  }

  private static int count(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = postgres.connect("copy");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM t")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /** Rows that the copy refuses, sessions that end, a role whose password is another now. */
  private static void strike(EmbeddedPostgres postgres) throws Exception {
    try (Connection copy = postgres.connect("copy");
        Statement statement = copy.createStatement()) {
      statement.execute("ALTER TABLE t ADD CONSTRAINT positive CHECK (n >= 0)");
    }
    try (Connection source = postgres.connect("source");
        Statement statement = source.createStatement()) {
      statement.execute("INSERT INTO t VALUES (5000, -1)");
      statement.execute("ALTER ROLE canary PASSWORD 'another'");
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'canary'");
    }
  }

  private static List<String> served(ForkedJvm worker) throws Exception {
    Matcher address = STATUS.matcher(worker.output());
    assertThat(address.find()).as(worker.output()).isTrue();
    List<String> answers = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("/metrics", "/healthz", "/readyz", "/api/status", "/nowhere")) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(address.group(1) + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        answers.add(path + client.send(request, HttpResponse.BodyHandlers.ofString()).body());
      }
    }
    Process dump =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(worker.pid()),
                "Thread.print",
                "-e")
            .redirectErrorStream(true)
            .start();
    answers.add(new String(dump.getInputStream().readAllBytes(), UTF_8));
    return answers;
  }

  private List<Path> filesWith() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, ISO_8859_1).contains(CANARY)) {
          found.add(file);
        }
      }
    }
    return found;
  }
}
