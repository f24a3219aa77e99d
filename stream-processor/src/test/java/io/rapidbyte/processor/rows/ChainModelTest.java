package io.rapidbyte.processor.rows;

import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.Seeds;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random rows through random transforms, against a model that works row by row on maps. */
final class ChainModelTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");

  /** A row: absent is NULL. */
  private record Row(char op, int ordinal, Map<String, String> values, Set<String> missing) {}

  /** What a transform does to a row of the model; null where the row is refused. */
  private interface Rule {
    @Nullable Row of(Row row);
  }

  private record Kind(String yaml, Rule rule) {}

  @Test
  void aChainDoesWhatItsRulesDoRowByRow() {
    Seeds.forAll(150, ChainModelTest::compare);
  }

  private static void compare(RandomGenerator random) {
    List<Row> rows = new ArrayList<>();
    TestBatch batch = batch(random, rows);
    List<Kind> chain = chain(random);
    StringBuilder yaml = new StringBuilder();
    chain.forEach(kind -> yaml.append(kind.yaml()).append('\n'));

    List<String> expected = new ArrayList<>();
    Set<Integer> refused = new HashSet<>();
    Set<String> stale = new HashSet<>();
    for (Row row : rows) {
      Row made = row;
      for (Kind kind : chain) {
        made = made == null || made.op() == '-' ? made : kind.rule().of(made);
      }
      String key = row.values().get("id");
      boolean waits = stale.contains(key) && !row.missing().isEmpty();
      if (made == null || waits) {
        refused.add(row.ordinal());
        stale.add(key);
        continue;
      }
      stale.remove(key);
      if (made.op() != '-') {
        expected.add(line(made));
      }
    }
    Chained done = Chained.of(batch, yaml.toString());
    List<String> found =
        done.lines().stream().map(line -> normal(line, done.output().names())).toList();
    assertThat(found).as(yaml.toString()).isEqualTo(expected);
    assertThat(done.refused().keySet()).as(yaml.toString()).isEqualTo(refused);
  }

  private static TestBatch batch(RandomGenerator random, List<Row> rows) {
    TestBatch batch = TestBatch.at(ITEMS, 9);
    int count = random.nextInt(30);
    for (int i = 0; i < count; i++) {
      String id = Integer.toString(random.nextInt(6));
      String name = random.nextInt(4) == 0 ? null : "n" + random.nextInt(4);
      String big = random.nextInt(4) == 0 ? null : "b" + random.nextInt(4);
      Map<String, String> values = new TreeMap<>(Map.of("id", id));
      Set<String> missing = new HashSet<>();
      char op = "rcuud".charAt(random.nextInt(5));
      if (op == 'd') {
        batch.delete(id);
      } else {
        boolean absent = op == 'u' && random.nextInt(3) == 0;
        put(values, "name", name);
        put(values, "big", absent ? null : big);
        if (absent) {
          missing.add("big");
        }
        String large = absent ? UNCHANGED : big;
        switch (op) {
          case 'r' -> batch.snapshot(id, name, large);
          case 'c' -> batch.insert(id, name, large);
          default -> batch.update(id, name, large);
        }
      }
      rows.add(new Row(op, i, values, missing));
    }
    return batch;
  }

  private static void put(Map<String, String> values, String name, @Nullable String value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  private static List<Kind> chain(RandomGenerator random) {
    List<Kind> all =
        new ArrayList<>(
            List.of(
                new Kind("- { filter: \"name = 'n1' OR name = 'n2'\" }", filter("name", "d")),
                new Kind(
                    "- { filter: \"name = 'n1' OR name = 'n2'\", drops: change }",
                    filter("name", "-")),
                new Kind("- { filter: \"big = 'n1' OR big = 'n2'\" }", filter("big", "d")),
                new Kind("- { mask: { columns: { name: redact } } }", redact("name")),
                new Kind("- { mask: { columns: { big: redact } } }", redact("big")),
                new Kind("- { rename: { name: big, big: name } }", ChainModelTest::swap),
                new Kind("- { project: [big, id, name] }", row -> row)));
    List<Kind> chain = new ArrayList<>();
    int length = 1 + random.nextInt(4);
    for (int i = 0; i < length; i++) {
      chain.add(all.get(random.nextInt(all.size())));
    }
    if (random.nextBoolean()) {
      chain.add(new Kind("- { add: { same: \"name = big\" } }", ChainModelTest::same));
    }
    return chain;
  }

  private static Rule filter(String column, String dropped) {
    return row -> {
      if (row.op() == 'd') {
        return row;
      } else if (row.missing().contains(column)) {
        return null;
      }
      String value = row.values().get(column);
      if ("n1".equals(value) || "n2".equals(value)) {
        return row;
      }
      char op = row.op() == 'r' ? '-' : dropped.charAt(0);
      return new Row(op, row.ordinal(), Map.of("id", row.values().get("id")), Set.of());
    };
  }

  private static Rule redact(String column) {
    return row -> {
      Map<String, String> values = new TreeMap<>(row.values());
      values.computeIfPresent(column, (_, _) -> "***");
      return new Row(row.op(), row.ordinal(), values, row.missing());
    };
  }

  private static Row swap(Row row) {
    Map<String, String> values = new TreeMap<>(row.values());
    values.remove("name");
    values.remove("big");
    put(values, "big", row.values().get("name"));
    put(values, "name", row.values().get("big"));
    Set<String> missing = new HashSet<>();
    row.missing().forEach(each -> missing.add(each.equals("big") ? "name" : "big"));
    return new Row(row.op(), row.ordinal(), values, missing);
  }

  private static @Nullable Row same(Row row) {
    if (row.op() == 'd') {
      return row;
    } else if (!row.missing().isEmpty()) {
      return null;
    }
    Map<String, String> values = new TreeMap<>(row.values());
    String name = row.values().get("name");
    String big = row.values().get("big");
    put(values, "same", name == null || big == null ? null : Boolean.toString(name.equals(big)));
    return new Row(row.op(), row.ordinal(), values, row.missing());
  }

  private static String line(Row row) {
    StringBuilder line = new StringBuilder().append(row.op()).append('/').append(row.ordinal());
    row.values().forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    row.missing().forEach(name -> line.append(" ~").append(name));
    return line.toString();
  }

  /** The chain's line in the model's form. */
  private static String normal(String line, List<String> names) {
    int open = line.indexOf('{');
    int close = line.indexOf('}');
    Map<String, String> values = new TreeMap<>();
    for (String each : line.substring(open + 1, close).replace("\"", "").split(",", -1)) {
      values.put(each.substring(0, each.indexOf(':')), each.substring(each.indexOf(':') + 1));
    }
    assertThat(names).containsAll(values.keySet());
    StringBuilder out = new StringBuilder(line.substring(0, open - 1));
    values.forEach((name, value) -> out.append(' ').append(name).append('=').append(value));
    return out.append(line.substring(close + 1)).toString();
  }
}
