package io.rapidbyte.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

  private final Printed printed = new Printed();

  @Test
  void inspectShowsWhatAModuleAsksFor() {
    assertThat(printed.run("module", "inspect", HOSTILE.toString())).isZero();
    assertThat(printed.out())
        .contains("hostile")
        .containsPattern("role +transform")
        .containsPattern("asks for +state, http \\*")
        .contains("is deleted in destinations")
        .containsPattern("imports +rapidbyte_v1.emit");
  }

  @Test
  void inspectShowsWhatADestinationPromises() {
    String module = MODULES.resolve("wasm/c/http-post.wasm").toString();
    assertThat(printed.run("module", "inspect", module)).isZero();
    assertThat(printed.out())
        .containsPattern("role +destination")
        .containsPattern("what comes again +has the same key \\(guarantee: idempotent\\)")
        .containsPattern("asks for +http \\*");
    assertThat(printed.run("module", "inspect", module, "-o", "json")).isZero();
    assertThat(printed.out()).contains("\"role\":\"destination\",\"guarantee\":\"idempotent\"");
  }

  @Test
  void inspectAnswersInJson() {
    assertThat(printed.run("module", "inspect", HOSTILE.toString(), "-o", "json")).isZero();
    assertThat(printed.out())
        .hasLineCount(1)
        .startsWith("{\"id\":\"hostile\",\"version\":\"1\",\"role\":\"transform\"")
        .contains("\"permissions\":{\"state\":true,\"http\":[\"*\"]}");
  }

  @Test
  void inspectRefusesWhatAPipelineWouldInOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.wasm"), "no module at all");
    assertThat(printed.run("module", "inspect", text.toString())).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("module/");
    assertThat(printed.run("module", "inspect", folder.resolve("none.wasm").toString()))
        .isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("none.wasm").contains("check the path");
    assertThat(printed.run("module")).isEqualTo(2);
    assertThat(printed.err()).contains("rapidbyte module --help");
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
    assertThat(printed.run("module", "test", module, "--tests", folder.toString())).isEqualTo(1);
    assertThat(printed.out())
        .contains("FAILED  one")
        .contains("- row {\"id\":1,\"email\":\"ada@example.com\",\"n\":1.5}")
        .contains("+ row {\"id\":1,\"email\":\"a***@example.com\",\"n\":1.5}")
        .contains("  row {\"id\":2,\"email\":null,\"n\":null,\"_rb_op\":\"d\"}")
        .contains("1 cases, 1 failed");

    assertThat(printed.run("module", "test", module, "--tests", folder.toString(), "--update"))
        .isZero();
    assertThat(printed.run("module", "test", module, "--tests", folder.toString())).isZero();
    assertThat(printed.out()).contains("ok      one").contains("1 cases, 0 failed");
  }

  @Test
  void aNewModuleBuildsAndPassesItsTestAsItStands() {
    buildsAndPasses("c", "transform");
    buildsAndPasses("c", "destination");
  }

  @ParameterizedTest
  @Tag("chaos")
  @ValueSource(strings = {"rust", "go", "zig", "assemblyscript"})
  void soItDoesInEveryLanguage(String lang) {
    buildsAndPasses(lang, "transform");
    if (lang.equals("rust")) {
      buildsAndPasses(lang, "destination");
    }
  }

  /** A language whose compiler is not there is skipped, and the report says so. */
  private void buildsAndPasses(String lang, String role) {
    String into = folder.resolve(role).toString();
    assertThat(printed.run("module", "new", "--lang", lang, "--role", role, "demo", "--into", into))
        .isZero();
    Path demo = folder.resolve(role).resolve("demo");
    assertThat(demo.resolve("manifest.json")).content().contains("\"id\": \"demo\"");
    assertThat(printed.run("module", "new", "--lang", lang, "demo", "--into", into)).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("is there already");
    assertThat(printed.run("module", "test", demo.toString())).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("demo.wasm");

    int built = printed.run("module", "build", demo.toString());
    String said = printed.err();
    assumeThat(said).as("a compiler").doesNotContain("there is no compiler for");
    assertThat(built).as(said).isZero();
    assertThat(printed.run("module", "test", demo.toString())).as(printed.out()).isZero();
    assertThat(printed.run("module", "inspect", demo.resolve("demo.wasm").toString())).isZero();
    assertThat(printed.out()).containsPattern("role +" + role);
  }

  @Test
  void aDestinationsCaseIsTheRequestsThatItMakes() throws Exception {
    String module = MODULES.resolve("wasm/rust/http-post.wasm").toString();
    Path one = folder.resolve("one");
    expect(folder, "{}");
    Files.writeString(one.resolve("config.json"), "{\"url\": \"https://api.example.com/in\"}");
    assertThat(printed.run("module", "test", module, "--tests", folder.toString())).isEqualTo(1);
    assertThat(printed.out())
        .contains("+ request POST https://api.example.com/in")
        .contains("+   Idempotency-Key: test/test/0/0/0-2")
        .contains("+   {\"_rb_op\":\"c\",\"_rb_lsn\":");
    assertThat(printed.run("module", "test", module, "--tests", folder.toString(), "--update"))
        .isZero();
    assertThat(printed.run("module", "test", module, "--tests", folder.toString())).isZero();

    Files.writeString(
        one.resolve("answers.json"), "[{\"status\": 400}, {\"status\": 200}, {\"status\": 503}]");
    assertThat(printed.run("module", "test", module, "--tests", folder.toString())).isEqualTo(1);
    assertThat(printed.out())
        .contains("+   Idempotency-Key: test/test/0/0/0-0")
        .contains("+   Idempotency-Key: test/test/0/0/1-2")
        .contains("+ ends {\"waits\":\"guest/not-now\"");
  }

  @Test
  void runSaysHowADestinationIsTried() {
    String module = MODULES.resolve("wasm/c/http-post.wasm").toString();
    assertThat(
            printed.run(
                "module",
                "run",
                module,
                "--pipeline",
                folder.resolve("none.yaml").toString(),
                "--from-topic",
                "public.a",
                "--dry-run"))
        .isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("is a destination", "module test");
  }

  @Test
  void newRefusesNamesAndLanguagesThatThereAreNot() {
    assertThat(printed.run("module", "new", "--lang", "cobol", "demo")).isEqualTo(2);
    assertThat(printed.err())
        .hasLineCount(1)
        .contains("choose one of rust, c, go, zig, assemblyscript");
    assertThat(printed.run("module", "new", "--lang", "zig", "--role", "destination", "demo"))
        .isEqualTo(2);
    assertThat(printed.err())
        .hasLineCount(1)
        .contains("the SDK for zig has no destinations")
        .contains("choose one of rust, c");
    assertThat(printed.run("module", "new", "--lang", "c", "--role", "sink", "demo")).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("choose transform or destination");
    assertThat(printed.run("module", "new", "--lang", "c", "../evil")).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("small letters");
  }
}
