package io.rapidbyte.app.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The page of faults is complete: a row for each failpoint that the code has, and a test for each
 * row. {@code -Dreliability.write=FILE} first writes into it what {@code -Doutcomes=FILE} left.
 */
class ReliabilityPageTest {
  @BeforeAll
  static void write() {
    String outcomes = System.getProperty("reliability.write");
    if (outcomes != null) {
      LoggerFactory.getLogger(ReliabilityPageTest.class)
          .info("{}", ReliabilityPage.write(Path.of(outcomes)));
    }
  }

  @Test
  void everyFailpointAndEveryFaultHasItsRow() {
    Set<String> wanted =
        ReliabilityPage.rows().stream()
            .map(row -> ReliabilityPage.plain(row.test()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(ReliabilityPage.told().keySet())
        .as("docs/reliability.md is stale: run ReliabilityPageTest with -Dreliability.write=FILE")
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void noRowFails() {
    assertThat(ReliabilityPage.told().values()).noneMatch(outcome -> outcome.startsWith("failed"));
  }

  @Test
  void everyRowNamesATestThatThereIs() throws IOException {
    Path root = Path.of(System.getProperty("rapidbyte.root", "."));
    Map<String, Path> tests;
    try (Stream<Path> files = Files.walk(root, 12)) {
      tests =
          files
              .filter(file -> file.toString().contains("/src/test/java/"))
              .filter(file -> file.toString().endsWith("Test.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      file -> file,
                      (a, b) -> a));
    }
    for (ReliabilityPage.Row row : ReliabilityPage.rows()) {
      String[] name = row.test().replaceFirst("\\[.*", "").split("#", -1);
      assertThat(tests).as(row.test()).containsKey(name[0]);
      assertThat(Files.readString(tests.get(name[0]), UTF_8)).contains("void " + name[1] + "(");
    }
  }
}
