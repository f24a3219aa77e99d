package io.rapidbyte.app.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of {@code docs/reliability.md}: what was struck, where, and what came of it. */
final class ReliabilityPage {
  static final String NOT_RUN = "not run yet";
  private static final String BEGIN = "<!-- rows -->";
  private static final String END = "<!-- end of rows -->";
  private static final int OUTCOME_FIELDS = 5;

  /**
   * A fault.
   *
   * @param test {@code class#method[parameter]}
   * @param run the name under which it runs, where one run answers several rows
   */
  record Row(String group, String what, String test, String run) {}

  private ReliabilityPage() {}

  private static Path root() {
    return Path.of(System.getProperty("rapidbyte.root", "."));
  }

  private static Path page() {
    return root().resolve("docs/reliability.md");
  }

  /** All that there are: those of the failpoints by the code, the others by the list. */
  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String life : Failpoints.lives().toList()) {
      for (String moment : life.split(" ", -1)) {
        rows.add(failpoint(moment, "FailpointTest#deathsAt", life));
      }
    }
    for (String moment : FailpointTest.IN_A_RESYNC) {
      rows.add(failpoint(moment, "FailpointTest#aDeathInAResyncAt", moment));
    }
    try (var in = ReliabilityPage.class.getResourceAsStream("/reliability/rows.tsv")) {
      if (in == null) {
        throw new IllegalStateException("no list of rows");
      }
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .forEach(row -> rows.add(new Row(row[0], row[1], row[2], row[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static Row failpoint(String moment, String method, String life) {
    String[] parts = moment.split(":", -1);
    String how = parts.length > 2 ? "stall, then death" : "death";
    String where = method.endsWith("ResyncAt") ? ", in a resync" : "";
    return new Row(
        "Failpoint, " + Failpoints.role(moment),
        how + " at `" + parts[0] + "`, hit " + parts[1] + where,
        method + "[" + moment + "]",
        method + "[" + life + "]");
  }

  /** What the page says of each row now, by its test. */
  static Map<String, String> told() {
    Map<String, String> told = new HashMap<>();
    for (String line : lines()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == OUTCOME_FIELDS + 1 && line.contains("#")) {
        told.put(cells[3].strip().replace("`", ""), cells[4].strip());
      }
    }
    return told;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(page(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Outcomes that the tests left, by test; the last run of each counts. */
  static Map<String, String> outcomes(Path file) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(file, UTF_8)) {
      lines
          .map(line -> line.split("\t", -1))
          .filter(fields -> fields.length == OUTCOME_FIELDS)
          .forEach(
              fields -> {
                String text = fields[3] + ", " + Math.ceilDiv(Long.parseLong(fields[4]), 1000);
                String method = fields[0] + "#" + fields[1];
                outcomes.put(method + "[" + parameter(fields[2]) + "]", text + " s");
                outcomes.put(method, text + " s");
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return outcomes;
  }

  /** {@code [1] version = V17}, {@code "src.acked:1"} and the like without their trimmings. */
  private static String parameter(String name) {
    return name.replaceFirst("^\\[\\d+] (\\w+ = )?", "")
        .replaceAll("^\"|\"$", "")
        .replace("\\\"", "\"");
  }

  /** Writes what the tests said into the page; rows that did not run keep what stood there. */
  static String write(Path outcomesFile) {
    Map<String, String> told = told();
    Map<String, String> outcomes = outcomes(outcomesFile);
    String table =
        rows().stream()
            .map(
                row -> {
                  String before = told.getOrDefault(plain(row.test()), NOT_RUN);
                  String now = outcomes.getOrDefault(row.run(), before);
                  return "| %s | %s | `%s` | %s |"
                      .formatted(row.group(), row.what(), plain(row.test()), now);
                })
            .collect(Collectors.joining("\n"));
    String old = String.join("\n", lines()) + "\n";
    String head = old.substring(0, old.indexOf(BEGIN) + BEGIN.length());
    String tail = old.substring(old.indexOf(END));
    try {
      Files.writeString(
          page(),
          head + "\n| | what strikes | test | outcome |\n|---|---|---|---|\n" + table + "\n" + tail,
          UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** As it can stand in a table's cell. */
  static String plain(String test) {
    return test.replace("|", "/");
  }
}
