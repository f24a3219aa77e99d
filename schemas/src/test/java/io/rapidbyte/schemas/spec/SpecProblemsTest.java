package io.rapidbyte.schemas.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every message that a mistaken file can get, as people see it: problems.txt. */
final class SpecProblemsTest {
  private static final Map<String, String> ENV = Map.of("PASSWORD", "hunter2", "PORT", "5433");

  @Test
  void tellsAllProblemsOfAFileAsTheGoldenFileHasThem() throws IOException {
    StringBuilder actual = new StringBuilder();
    for (Case each : cases()) {
      actual.append(each.head()).append("----\n").append(problems(each.yaml()));
    }
    assertThat(actual.toString()).isEqualTo(golden());
  }

  @Test
  void neverShowsWhatAReferenceResolvesTo() throws IOException {
    for (Case each : cases()) {
      assertThat(problems(each.yaml())).doesNotContain("hunter2").doesNotContain("5433");
    }
  }

  @Test
  void boundsTheFilesSize() {
    assertThat(problems("#".repeat(YamlSource.MAX_LENGTH + 1)))
        .isEqualTo("line 1: the file is larger than 1 MiB\n");
  }

  @Test
  void survivesBracketsWithoutEnd() {
    assertThat(problems("a: " + "[".repeat(500_000))).contains("nested deeper than 32 levels");
  }

  private static String problems(String yaml) {
    PipelineSpecParser parser =
        new PipelineSpecParser(Path.of("base"), ENV::get, path -> Optional.empty());
    return switch (parser.parse(yaml)) {
      case SpecResult.Valid _ -> "valid\n";
      case SpecResult.Invalid(var problems) ->
          problems.stream().map(each -> each.text() + "\n").collect(Collectors.joining());
    };
  }

  /** A case of the golden file: its title with the file's text, and that text alone. */
  private record Case(String head, String yaml) {}

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String block : golden().split("(?m)^(?=#### )", -1)) {
      int end = block.indexOf("----\n");
      if (end > 0) {
        String head = block.substring(0, end);
        cases.add(new Case(head, head.substring(head.indexOf('\n') + 1)));
      }
    }
    return cases;
  }

  private static String golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SpecProblemsTest.class.getResourceAsStream("problems.txt"))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
