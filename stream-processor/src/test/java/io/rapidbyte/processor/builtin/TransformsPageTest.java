package io.rapidbyte.processor.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.processor.rows.Chained;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs every example of docs/transforms.md. */
final class TransformsPageTest {
  private static final Path PAGE = Path.of("../docs/transforms.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n([^`]*)```\n```\n([^`]*)```");
  private static final StreamSchema CUSTOMERS =
      TestStream.of(
          "public",
          "customers",
          1,
          List.of("id"),
          TestStream.column("id", TestStream.INT8),
          TestStream.column("name", TestStream.TEXT),
          TestStream.column("email", TestStream.TEXT),
          TestStream.column("amount", new PgType.Base(1700, "numeric", (10 << 16 | 2) + 4)),
          TestStream.column("active", TestStream.base(16, "boolean")));

  @TestFactory
  Stream<DynamicTest> everyExampleIsTrue() throws IOException {
    List<MatchResult> examples = EXAMPLE.matcher(Files.readString(PAGE)).results().toList();
    assertThat(examples).hasSizeGreaterThanOrEqualTo(9);
    return examples.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(each.group(1), () -> check(each.group(1), each.group(2))));
  }

  private static void check(String yaml, String rows) {
    TestBatch batch = TestBatch.at(CUSTOMERS, 5);
    List<String> said = new ArrayList<>();
    for (String line : rows.split("\n", -1)) {
      if (line.startsWith("in   ")) {
        add(batch, line.substring(5));
      } else {
        said.add(line);
      }
    }
    Chained done = Chained.of(batch, yaml);
    List<String> found = new ArrayList<>();
    done.lines().forEach(line -> found.add("out  " + line));
    done.refused().forEach((row, code) -> found.add("dead " + row + " " + code));
    assertThat(String.join("\n", found) + "\n").isEqualTo(String.join("\n", said));
  }

  private static void add(TestBatch batch, String row) {
    @Nullable String[] values = row.substring(2).split("\\|", -1);
    for (int i = 0; i < values.length; i++) {
      values[i] = "-".equals(values[i]) ? null : values[i];
    }
    switch (row.charAt(0)) {
      case 'r' -> batch.snapshot(values);
      case 'c' -> batch.insert(values);
      case 'u' -> batch.update(values);
      default -> batch.delete(row.substring(2));
    }
  }
}
