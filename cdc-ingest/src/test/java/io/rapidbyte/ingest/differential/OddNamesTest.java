package io.rapidbyte.ingest.differential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.SourceSpec.Engine;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Names that nobody would choose, in every place that has a name; and as many columns as can be.
 */
class OddNamesTest {
  private static final int MOST_COLUMNS = 1600;
  private static final int LONGEST = 63;
  private static final String END = "zz_end";

  private static final List<String> NAMES =
      List.of(
          "x\"; DROP TABLE t; --",
          "'; DROP TABLE t; --",
          "select",
          "UPPER Case",
          "with.dot",
          "tab\there",
          "new\nline",
          "back\\slash",
          "%s {} $1 ? :x",
          "$$ $1",
          "`tick` [bracket]",
          "{\"json\": 1}",
          "_x0041_",
          "Ελληνικά",
          "Кириллица",
          "العربية",
          "עברית",
          "हिन्दी",
          "ไทย",
          "日本語テーブル",
          "한국어",
          "naïve e\u0301",
          "😀🚀",
          "l".repeat(LONGEST),
          "長".repeat(LONGEST / 3));

  private final TestDatabase database = SharedPostgres.database();

  @AfterEach
  void close() {
    database.close();
  }

  private static String quoted(String name) {
    return TableName.quote(name);
  }

  @Test
  void namesOfAnyKindAreJustNames() throws Exception {
    justNames(NativeSource.Settings.copying());
  }

  @Test
  @Tag("chaos")
  void theyAreToDebeziumToo() throws Exception {
    justNames(NativeSource.Settings.copying().by(Engine.DEBEZIUM));
  }

  private void justNames(NativeSource.Settings settings) throws Exception {
    String schema = "s\"; DROP TABLE t; --";
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE TABLE " + END + " (id int PRIMARY KEY)",
        "CREATE SCHEMA " + quoted(schema));
    List<String> tables = new ArrayList<>();
    for (String name : NAMES) {
      String place = quoted(schema) + "." + quoted(name);
      tables.add(place);
      String type = quoted(schema) + "." + quoted(tooLong(name));
      database.execute(
          "CREATE TYPE %s AS ENUM (%s, 'other')".formatted(type, literal(name)),
          "CREATE TABLE %s (%s int, %s text, mood %s, PRIMARY KEY (%s))"
              .formatted(place, quoted(name), quoted(tooLong(name)), type, quoted(name)),
          "INSERT INTO %s VALUES (0, %s, %s)".formatted(place, literal(name), literal(name)));
    }
    StreamSpec[] streams = {
      NativeSource.stream(schema + ".*"),
      NativeSource.stream("public.t"),
      NativeSource.stream("public." + END)
    };
    try (var source = NativeSource.start(database, settings, streams)) {
      for (int i = 0; i < NAMES.size(); i++) {
        String place = tables.get(i);
        String key = quoted(NAMES.get(i));
        database.execute(
            "INSERT INTO %s VALUES (1, %s, 'other')".formatted(place, literal(NAMES.get(i))),
            "UPDATE %s SET %s = 2 WHERE %s = 1".formatted(place, key, key),
            "ALTER TABLE %s ADD %s int".formatted(place, quoted("more " + i)),
            "UPDATE %s SET %s = 5 WHERE %s = 2".formatted(place, quoted("more " + i), key),
            "DELETE FROM " + place,
            "TRUNCATE " + place);
      }
      database.execute("INSERT INTO t VALUES (1)", "INSERT INTO " + END + " VALUES (1)");
      List<Change> changes = source.until(END);
      for (int i = 0; i < NAMES.size(); i++) {
        String name = NAMES.get(i);
        List<Change> own = changes.stream().filter(c -> c.table().equals(name)).toList();
        assertThat(own.stream().map(c -> String.valueOf(c.op())).collect(Collectors.joining()))
            .as(name)
            .isEqualTo("rcdcuddt");
        assertThat(own.getFirst().row())
            .containsEntry(name, new Cell.Text("0"))
            .containsEntry(tooLong(name), new Cell.Text(name))
            .containsEntry("mood", new Cell.Text(name));
        assertThat(own.get(4).row())
            .containsEntry(name, new Cell.Text("2"))
            .containsEntry("more " + i, new Cell.Text("5"));
        assertThat(own.getFirst().key()).containsExactly(name);
      }
      assertThat(changes.stream().filter(c -> c.table().equals("t"))).hasSize(1);
    }
  }

  /** As long as a name may be, cut where a character begins. */
  private static String tooLong(String name) {
    String longer = "v " + name;
    while (longer.getBytes(UTF_8).length > LONGEST) {
      longer = longer.substring(0, longer.offsetByCodePoints(longer.length(), -1));
    }
    return longer;
  }

  private static String literal(String text) {
    String cut = text;
    return "E'" + cut.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  @Test
  void aTableMayHaveAsManyColumnsAsPostgresAllows() throws Exception {
    wide(NativeSource.Settings.copying());
  }

  @Test
  @Tag("chaos")
  void itMayForDebeziumToo() throws Exception {
    wide(NativeSource.Settings.copying().by(Engine.DEBEZIUM));
  }

  private void wide(NativeSource.Settings settings) throws Exception {
    database.execute(
        "CREATE TABLE wide (%s, PRIMARY KEY (c0))"
            .formatted(columns(i -> "c%d smallint".formatted(i))),
        "ALTER TABLE wide REPLICA IDENTITY FULL",
        "CREATE TABLE " + END + " (id int PRIMARY KEY)",
        "INSERT INTO wide VALUES (%s)".formatted(columns(i -> i == 0 ? "1" : "" + i)));
    try (var source = NativeSource.start(database, settings, NativeSource.stream("public.*"))) {
      database.execute(
          "INSERT INTO wide VALUES (%s)".formatted(columns(i -> i == 0 ? "2" : "" + -i)),
          "UPDATE wide SET c1599 = NULL WHERE c0 = 2",
          "INSERT INTO wide (c0) VALUES (3)",
          "DELETE FROM wide WHERE c0 = 3",
          "INSERT INTO " + END + " VALUES (1)");
      List<Change> changes =
          source.until(END).stream().filter(c -> c.table().equals("wide")).toList();
      assertThat(changes.stream().map(Change::op)).containsExactly('r', 'c', 'u', 'c', 'd');
      for (int i = 1; i < MOST_COLUMNS; i++) {
        assertThat(changes.get(0).row()).containsEntry("c" + i, new Cell.Text("" + i));
        assertThat(changes.get(1).row()).containsEntry("c" + i, new Cell.Text("" + -i));
        assertThat(changes.get(2).before()).containsEntry("c" + i, new Cell.Text("" + -i));
        assertThat(changes.get(3).row()).containsEntry("c" + i, new Cell.Null());
      }
      assertThat(changes.get(2).row()).containsEntry("c1599", new Cell.Null());
    }
  }

  private static String columns(java.util.function.IntFunction<String> column) {
    return IntStream.range(0, MOST_COLUMNS).mapToObj(column).collect(Collectors.joining(", "));
  }
}
