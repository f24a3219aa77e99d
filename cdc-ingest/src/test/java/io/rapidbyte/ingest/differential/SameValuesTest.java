package io.rapidbyte.ingest.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.codec.Golden;
import io.rapidbyte.ingest.codec.TypeCase;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A value is the same whichever way it came: copied or streamed, in binary or as text. One golden
 * file serves all.
 */
class SameValuesTest {
  private static final int STREAMED = 1000;
  private static final String END = "zz_end";
  private static final String REFUSED = "data/";

  /** A column of a table, with the values that the golden file has for it. */
  private record Place(TypeCase type, String table, String column, List<String> golden) {
    String literal(int row) {
      String value = row < type.values().size() ? type.values().get(row) : "NULL";
      return "CAST((%s) AS %s)".formatted(value, type.type());
    }
  }

  @ParameterizedTest
  @EnumSource(names = "V18")
  void copiedAndStreamedInBothFormatsItIsTheGoldenFile(PostgresVersion version) throws Exception {
    same(version);
  }

  @ParameterizedTest
  @Tag("chaos")
  @EnumSource(names = {"V14", "V15", "V16", "V17"})
  void itIsOnOtherVersions(PostgresVersion version) throws Exception {
    same(version);
  }

  private static void same(PostgresVersion version) throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.start(EmbeddedPostgres.Options.defaults().version(version));
        TestDatabase database = TestDatabase.create(server, "shop")) {
      database.execute(TypeCase.PRELUDE.toArray(String[]::new));
      database.execute("CREATE TABLE " + END + " (id int PRIMARY KEY)");
      List<Place> places = places(database, version.major());
      create(database, places);
      insert(database, places, 0);
      StreamSpec[] binary = {
        NativeSource.stream("public.b_*"), NativeSource.stream("public." + END)
      };
      StreamSpec[] all = {NativeSource.stream("public.*")};
      try (var one = NativeSource.start(database, NativeSource.Settings.copying(), binary);
          var two = NativeSource.start(database, NativeSource.Settings.copying(), all)) {
        insert(database, places, STREAMED);
        database.execute("INSERT INTO " + END + " VALUES (1)");
        check(places.stream().filter(p -> p.table().startsWith("b_")).toList(), read(one));
        check(places, read(two));
      }
    }
  }

  /**
   * One wide table of what is read in binary, one of the rest; where values are refused, its own.
   */
  private static List<Place> places(TestDatabase database, int major) throws Exception {
    List<Place> places = new ArrayList<>();
    List<TypeCase> all = TypeCase.all();
    List<List<String>> golden = Golden.values();
    try (var connection = database.connect()) {
      for (int i = 0; i < all.size(); i++) {
        TypeCase type = all.get(i);
        if (type.since() > major || !type.as().isEmpty()) {
          continue;
        }
        List<String> values = golden.get(i);
        boolean alone = values.stream().anyMatch(value -> value.startsWith(REFUSED));
        String kind = TypeTables.decodesBinary(connection, type.type()) ? "b_" : "t_";
        places.add(new Place(type, kind + (alone ? "alone_" + i : "wide"), "c" + i, values));
      }
    }
    return places;
  }

  private static Map<String, List<Place>> byTable(List<Place> places) {
    Map<String, List<Place>> tables = new TreeMap<>();
    places.forEach(p -> tables.computeIfAbsent(p.table(), t -> new ArrayList<>()).add(p));
    return tables;
  }

  private static void create(TestDatabase database, List<Place> places) throws Exception {
    for (var table : byTable(places).entrySet()) {
      StringBuilder sql = new StringBuilder("CREATE TABLE " + table.getKey());
      sql.append(" (id int PRIMARY KEY");
      table
          .getValue()
          .forEach(p -> sql.append(", ").append(p.column()).append(' ').append(p.type().type()));
      database.execute(sql.append(')').toString());
    }
  }

  private static void insert(TestDatabase database, List<Place> places, int from) throws Exception {
    List<String> statements = new ArrayList<>(List.of("SET TimeZone = 'UTC'"));
    for (var table : byTable(places).entrySet()) {
      int rows = table.getValue().stream().mapToInt(p -> p.golden().size()).max().orElseThrow();
      for (int row = 0; row < rows; row++) {
        StringBuilder sql = new StringBuilder("INSERT INTO " + table.getKey());
        sql.append(" VALUES (").append(from + row);
        for (Place place : table.getValue()) {
          sql.append(", ").append(place.literal(row));
        }
        statements.add(sql.append(')').toString());
      }
    }
    database.execute(statements.toArray(String[]::new));
  }

  /** Values by table, id and column; what was refused has its code in every column. */
  private static Map<String, Map<String, Change>> read(NativeSource source) {
    Map<String, Map<String, Change>> rows = new TreeMap<>();
    for (Change change :
        source.until(END, (vector, row) -> new Cell.Text(Golden.value(vector, row)))) {
      String id = text(change.row().get("id"));
      Change before = rows.computeIfAbsent(change.table(), t -> new TreeMap<>()).put(id, change);
      assertThat(before).as("%s came twice", change).isNull();
    }
    return rows;
  }

  private static void check(List<Place> places, Map<String, Map<String, Change>> rows) {
    for (Place place : places) {
      for (int i = 0; i < place.golden().size(); i++) {
        for (int from : new int[] {0, STREAMED}) {
          Change change =
              Objects.requireNonNull(
                  rows.getOrDefault(place.table(), Map.of()).get(Integer.toString(from + i)),
                  place.type().title() + " lacks row " + (from + i));
          assertThat(change.refused().orElseGet(() -> text(change.row().get(place.column()))))
              .as(
                  "%s: %s, %s",
                  place.type().title(), place.literal(i), from == 0 ? "copied" : "streamed")
              .isEqualTo(place.golden().get(i));
        }
      }
    }
  }

  private static String text(@Nullable Cell cell) {
    return cell instanceof Cell.Text text ? text.value() : String.valueOf(cell);
  }
}
