package io.rapidbyte.app.module;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rapidbyte.app.Main;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.process.Watchdog;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that teaches how to write a module does what it says, typed into a shell. */
@Tag("chaos")
final class TutorialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Path PAGES =
      Path.of(System.getProperty("rapidbyte.root", ".")).resolve("docs/modules");

  @TempDir private Path folder = Path.of("");

  private final TestDatabase database = SharedPostgres.database();
  private final List<Process> beside = new ArrayList<>();
  private Path here = Path.of("");

  /** {@code rapidbyte} on the path is this build. */
  @BeforeEach
  void aCommandOnThePath() throws IOException {
    here = Files.createDirectory(folder.resolve("reader"));
    Path command = Files.createDirectory(folder.resolve("bin")).resolve("rapidbyte");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Files.writeString(
        command,
        """
        #!/bin/sh
        exec "%s" -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
          --add-opens=java.base/java.nio=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
          --enable-native-access=ALL-UNNAMED -cp "$CLASSES" %s "$@"
        """
            .formatted(java, Main.class.getName()));
    assertThat(command.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void end() throws Exception {
    for (Process each : beside) {
      each.destroy();
      each.waitFor(30, TimeUnit.SECONDS);
      each.destroyForcibly();
    }
    database.close();
  }

  @Test
  void everyStepDoesWhatThePageSays() throws Exception {
    assumeThat(Toolchain.rustc()).as("a Rust compiler for wasm32").isPresent();
    follow(Tutorial.of(PAGES.resolve("tutorial.md")));
  }

  @Test
  @Tag("chaos")
  void soDoesThePageOfDestinations() throws Exception {
    assumeThat(ModuleLanguage.C.tool(here)).as("a C compiler for wasm32").isPresent();
    assumeThat(Toolchain.onPath("python3")).as("Python").isPresent();
    follow(
        Tutorial.of(PAGES.resolve("destinations.md")).with("8099", Integer.toString(freePort())));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void follow(Tutorial page) throws Exception {
    for (Tutorial.Step step : page.steps()) {
      switch (step) {
        case Tutorial.Sql(String script) -> database.execute(script.split(";\\s*\n"));
        case Tutorial.Written(String file, String content) ->
            Files.writeString(here.resolve(file), content, UTF_8);
        case Tutorial.Typed typed -> type(typed);
      }
    }
  }

  private void type(Tutorial.Typed typed) throws Exception {
    switch (typed.manner()) {
      case BESIDE -> beside.add(start("exec " + typed.script()));
      case ONCE -> {
        String output = output(typed.script());
        assertThat(Tutorial.isAnswer(typed.answer(), output))
            .as(typed.script() + typed.answer() + "came:\n" + output)
            .isTrue();
      }
      case UNTIL -> until(typed);
    }
  }

  private void until(Tutorial.Typed typed) throws IOException {
    AtomicReference<String> last = new AtomicReference<>("");
    try {
      Eventually.until(
          typed.script() + typed.answer(),
          PATIENCE,
          () -> {
            last.set(output(typed.script()));
            return Tutorial.isAnswer(typed.answer(), last.get());
          });
    } catch (AssertionError e) {
      Path log = folder.resolve("beside.log");
      String beside = Files.exists(log) ? Files.readString(log, UTF_8) : "";
      throw new AssertionError(e.getMessage() + "came:\n" + last.get() + beside, e);
    }
  }

  private Process start(String script) throws IOException {
    Process process = builder(script).redirectOutput(folder.resolve("beside.log").toFile()).start();
    Watchdog.over(process.pid(), "KILL");
    return process;
  }

  /** What the script prints; the shell stays in the folder into which it went. */
  private String output(String script) throws Exception {
    Path place = folder.resolve("place");
    Process process = builder("{\n" + script + "}\npwd >" + place).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    here = Path.of(Files.readString(place, UTF_8).strip());
    return output;
  }

  private ProcessBuilder builder(String script) {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script).directory(here.toFile()).redirectErrorStream(true);
    builder.environment().merge("PATH", "", (path, _) -> folder.resolve("bin") + ":" + path);
    builder.environment().put("CLASSES", System.getProperty("java.class.path"));
    builder.environment().put("RAPIDBYTE_HOME", folder.resolve("home").toString());
    builder
        .environment()
        .put(
            "SOURCE_URL",
            "postgres://%s:%s@%s:%d/%s?sslmode=disable"
                .formatted(
                    database.user(),
                    database.password(),
                    database.host(),
                    database.port(),
                    database.name()));
    return builder;
  }
}
