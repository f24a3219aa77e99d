package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Types of extensions that nobody has told the pipeline of are text, as the server prints them.
 * Where the server does not come with an extension its test is skipped, and says so.
 */
class OtherExtensionsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "cube | cube | (1, 2),(3, 4)",
        "postgis | geometry(Point,4326) | SRID=4326;POINT(30.5 -10)",
        "vector | vector(3) | [1,2.5,-3]"
      })
  void typesAreText(String extension, String type, String value) throws Exception {
    try (Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL)) {
      assumeTrue(
          fixture
              .value(
                  "SELECT count(*) FROM pg_available_extensions WHERE name = '" + extension + "'")
              .equals("1"),
          extension + " is not installed with this server");
      fixture.run(
          "CREATE EXTENSION " + extension,
          "CREATE TABLE t (id int PRIMARY KEY, v %s, vs %s[])".formatted(type, type),
          "INSERT INTO t VALUES (1, '%s', ARRAY['%s'::%s, NULL])".formatted(value, value, type));
      try (var _ = fixture.ingest().streaming()) {
        fixture.run("INSERT INTO t SELECT 2, v, vs FROM t");
        String printed = fixture.value("SELECT v::text FROM t WHERE id = 1");
        assertThat(fixture.awaitRows("t", 2).rows())
            .allSatisfy(row -> assertThat(row.values()).containsEntry("v", printed))
            .extracting(row -> String.valueOf(row.values().get("vs")))
            .hasSize(2)
            .allMatch(list -> list.contains(printed));
      }
    }
  }
}
