package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rapidbyte.app.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a module's author sees. */
final class ModuleCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("rapidbyte.root", "."));
  private static final Path MODULES = ROOT.resolve("modules");
  private static final Path HOSTILE =
      ROOT.resolve("wasm-runtime/src/test/resources/guests/hostile.wasm");

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    Console console =
        new Console(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, Map.of());
    return Rapidbyte.execute(console, args);
  }

  @Test
  void inspectShowsWhatAModuleAsksFor() {
    assertThat(run("module", "inspect", HOSTILE.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("hostile")
        .containsPattern("role +transform")
        .containsPattern("asks for +state, http \\*")
        .contains("is deleted in destinations")
        .containsPattern("imports +rapidbyte_v1.emit");
  }

  @Test
  void inspectAnswersInJson() {
    assertThat(run("module", "inspect", HOSTILE.toString(), "-o", "json")).isZero();
    assertThat(out.toString(UTF_8))
        .hasLineCount(1)
        .startsWith("{\"id\":\"hostile\",\"version\":\"1\",\"role\":\"transform\"")
        .contains("\"permissions\":{\"state\":true,\"http\":[\"*\"]}");
  }

  @Test
  void inspectRefusesWhatAPipelineWouldInOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.wasm"), "no module at all");
    assertThat(run("module", "inspect", text.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8)).hasLineCount(1).contains("module/");
    err.reset();
    assertThat(run("module", "inspect", folder.resolve("none.wasm").toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .contains("none.wasm")
        .contains("check the path");
    err.reset();
    assertThat(run("module")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("rapidbyte module --help");
  }

  private void expect(Path cases, String expected) throws Exception {
    Path one = Files.createDirectories(cases.resolve("one"));
    Files.writeString(
        one.resolve("input.json"),
        """
        {"columns": {"id": "bigint", "email": "text", "n": "numeric(10,2)"}, "key": ["id"],
         "rows": [{"id": 1, "email": "ada@example.com", "n": 1.50},
                  {"id": 2, "email": "bot@test.example"},
                  {"_rb_op": "d", "id": 3}]}
        """);
    Files.writeString(one.resolve("expected.json"), expected);
  }

  @Test
  void testShowsWhatCameOtherwise() throws Exception {
    String module = MODULES.resolve("wasm/c/mask-email.wasm").toString();
    expect(
        folder,
        """
        {"rows": [
          {"id": 1, "email": "ada@example.com", "n": 1.5},
          {"_rb_op": "d", "id": 2}, {"_rb_op": "d", "id": 3}]}
        """);
    assertThat(run("module", "test", module, "--tests", folder.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8))
        .contains("FAILED  one")
        .contains("- row {\"id\":1,\"email\":\"ada@example.com\",\"n\":1.5}")
        .contains("+ row {\"id\":1,\"email\":\"a***@example.com\",\"n\":1.5}")
        .contains("  row {\"id\":2,\"email\":null,\"n\":null,\"_rb_op\":\"d\"}")
        .contains("1 cases, 1 failed");

    assertThat(run("module", "test", module, "--tests", folder.toString(), "--update")).isZero();
    out.reset();
    assertThat(run("module", "test", module, "--tests", folder.toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("ok      one").contains("1 cases, 0 failed");
  }

  @Test
  void aNewModuleBuildsAndPassesItsTestAsItStands() {
    buildsAndPasses("c");
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(strings = {"rust", "go", "zig", "assemblyscript"})
  void soItDoesInEveryLanguage(String lang) {
    buildsAndPasses(lang);
  }

  /** A language whose compiler is not there is skipped, and the report says so. */
  private void buildsAndPasses(String lang) {
    String into = folder.toString();
    assertThat(run("module", "new", "--lang", lang, "demo", "--into", into)).isZero();
    Path demo = folder.resolve("demo");
    assertThat(demo.resolve("manifest.json")).content().contains("\"id\": \"demo\"");
    assertThat(run("module", "new", "--lang", lang, "demo", "--into", into)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).hasLineCount(1).contains("is there already");
    err.reset();
    assertThat(run("module", "test", demo.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8)).hasLineCount(1).contains("demo.wasm");
    err.reset();

    int built = run("module", "build", demo.toString());
    String said = err.toString(UTF_8);
    assumeThat(said).as("a compiler").doesNotContain("there is no compiler for");
    assertThat(built).as(said).isZero();
    assertThat(run("module", "test", demo.toString())).as(out.toString(UTF_8)).isZero();
    assertThat(run("module", "inspect", demo.resolve("demo.wasm").toString())).isZero();
  }

  @Test
  void newRefusesNamesAndLanguagesThatThereAreNot() {
    assertThat(run("module", "new", "--lang", "cobol", "demo")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .hasLineCount(1)
        .contains("choose one of rust, c, go, zig, assemblyscript");
    err.reset();
    assertThat(run("module", "new", "--lang", "c", "../evil")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).hasLineCount(1).contains("small letters");
  }
}
