package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who calls the command wrongly, or asks it for help. */
final class CommandLineTest {
  @TempDir private Path folder = Path.of("");

  private final Printed printed = new Printed();

  @Test
  void suggestsTheCommandThatWasMeant() {
    assertThat(printed.run("chek")).isEqualTo(2);
    assertThat(printed.err()).contains("Did you mean: rapidbyte check?");
  }

  @Test
  void refusesUnknownOptionsInOneLine() {
    assertThat(printed.run("check", "--fast")).isEqualTo(2);
    assertThat(printed.err()).startsWith("rapidbyte: Unknown option: '--fast'");
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    assertThat(printed.run("check", folder.resolve("no.yaml").toString())).isEqualTo(2);
    assertThat(printed.err()).hasLineCount(1).contains("there is no file").contains("no.yaml");
  }

  @Test
  void tellsEveryMistakeOfAFileOnALineOfItsOwn() throws IOException {
    Path file = folder.resolve("shop.yaml");
    Files.writeString(file, "version: 1\npipeline: shop\nsorce: {}\nstreams: []\n");

    assertThat(printed.run("check", file.toString(), "--output", "json")).isEqualTo(2);

    assertThat(printed.err())
        .hasLineCount(3)
        .contains("shop.yaml: line 3: sorce: unknown key, did you mean \"source\"?");
    assertThat(printed.out()).hasLineCount(1).contains("\"line\":3");
  }

  @Test
  void endsWithTheSourcesCodeWhereNobodyAnswers() {
    assertThat(printed.run("discover", "--url", "postgres://me@127.0.0.1:1/shop")).isEqualTo(3);
    assertThat(printed.err()).hasLineCount(1).contains("127.0.0.1:1/shop");
  }

  @Test
  void showsTheStackOnlyWhenAsked() {
    assertThat(printed.run("discover", "--url", "postgres://me@127.0.0.1:1/shop", "--verbose"))
        .isEqualTo(3);
    assertThat(printed.err()).contains("\tat io.rapidbyte.");
  }

  @Test
  void teachesByExampleInEveryCommandsHelp() {
    for (String name : Rapidbyte.commandLine(silent()).getSubcommands().keySet()) {
      assertThat(printed.run(name, "--help")).isZero();
      assertThat(printed.out()).contains("  rapidbyte " + name);
    }
  }

  private static Console silent() {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    return new Console(nowhere, nowhere, false, Map.of());
  }
}
