package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database whose settings make text forms that nobody could read back. */
class SessionSettingsTest {
  private static final String ROW =
      "%d, '2026-02-03', '2026-02-03 04:05:06.789', '2026-02-03 04:05:06.789+09', '1 year 2 days"
          + " 03:04:05', '\\x00ff5c', 0.1, 1e-300";
  private static final List<String> COLUMNS =
      List.of("d", "ts", "tz", "i", "b", "f4", "f8", "span");

  private final Fixture fixture = new Fixture().snapshot(SnapshotMode.INITIAL);

  @BeforeEach
  void hostile() throws Exception {
    String database = "ALTER DATABASE " + fixture.database.name() + " SET ";
    fixture.run(
        database + "datestyle = 'SQL, DMY'",
        database + "intervalstyle = 'sql_standard'",
        database + "bytea_output = 'escape'",
        database + "extra_float_digits = -15",
        database + "timezone = 'Asia/Tokyo'",
        "CREATE TABLE t (id int PRIMARY KEY, d date, ts timestamp, tz timestamptz, i interval,"
            + " b bytea, f4 real, f8 double precision, span text)");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Rows 1 by the copy, 2 by the log: equal but for the key. */
  private Map<String, Object> copiedAndStreamed() throws Exception {
    fixture.run("INSERT INTO t VALUES (" + ROW.formatted(1) + ")");
    try (var _ = fixture.ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (" + ROW.formatted(2) + ")");
      List<TopicRows.Row> rows = fixture.awaitRows("t", 2).rows();
      assertThat(data(rows.get(1))).isEqualTo(data(rows.get(0)));
      return data(rows.get(0));
    }
  }

  private static Map<String, Object> data(TopicRows.Row row) {
    Map<String, Object> data = new TreeMap<>();
    row.values().forEach((name, value) -> data.put(name, String.valueOf(value)));
    data.keySet().retainAll(COLUMNS);
    return data;
  }

  private static void assertValues(Map<String, Object> data) {
    assertThat(data)
        .containsEntry("d", "20487")
        .containsEntry("b", "00ff5c")
        .containsEntry("i", "P12M2D PT3H4M5S")
        .containsEntry("f4", "0.1")
        .containsEntry("f8", "1.0E-300")
        .containsEntry("ts", "2026-02-03T04:05:06.789");
    assertThat(data.get("tz")).asString().isEqualTo("1770059106789000");
  }

  @Test
  void isReadAlikeInBinary() throws Exception {
    assertValues(copiedAndStreamed());
  }

  @Test
  void isReadAlikeInText() throws Exception {
    // A range of the user's own has no binary form of ours: the whole session streams in text.
    fixture.run(
        "CREATE TYPE moments AS RANGE (subtype = timestamptz)",
        "ALTER TABLE t ALTER span TYPE moments USING moments(tz, NULL)",
        "ALTER TABLE t ALTER span SET DEFAULT moments('2026-02-03 04:05:06.789+09', NULL)");
    Map<String, Object> data = copiedAndStreamed();
    assertValues(data);
    assertThat(data).containsEntry("span", "[\"2026-02-02 19:05:06.789+00\",)");
  }
}
