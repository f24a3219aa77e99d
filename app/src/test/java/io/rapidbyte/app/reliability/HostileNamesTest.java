package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.worker.LivePipeline;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are SQL, wherever the source lets a name stand. */
@Tag("chaos")
final class HostileNamesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SCHEMA = quoted("s\"; DROP SCHEMA public CASCADE; --");
  private static final String TABLE = SCHEMA + "." + quoted("x\"; DROP TABLE t; --");
  private static final String KEY = quoted("k'); DROP TABLE t; --");
  private static final String VALUE = quoted("v\" text); DROP TABLE t; --");
  private static final String TYPE = SCHEMA + "." + quoted("e\"; DROP TABLE t; --");
  private static final String ADDED = quoted("$$; DROP TABLE t; --{0} %s ?");

  @TempDir private Path home;

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  @Test
  void areNamesAndNothingElse() throws Exception {
    try (LivePipeline pipeline =
        new LivePipeline(home, EmbeddedPostgres.Options.defaults())
            .declare("streams: [ { table: \"*.*\" } ]\n")) {
      pipeline.source(
          "CREATE TABLE t (id int PRIMARY KEY)",
          "INSERT INTO t VALUES (1)",
          "CREATE SCHEMA " + SCHEMA,
          "CREATE TYPE " + TYPE + " AS ENUM ('a', 'b''; DROP TABLE t; --')",
          "CREATE TABLE %s (%s text PRIMARY KEY, %s %s)".formatted(TABLE, KEY, VALUE, TYPE),
          "INSERT INTO %s VALUES ('1', 'a'), ('2''; DROP TABLE t; --', NULL)".formatted(TABLE));
      pipeline.start(options -> options.heap("512m"));
      awaitCopy(pipeline);
      pipeline.source(
          "ALTER TABLE %s ADD COLUMN %s text".formatted(TABLE, ADDED),
          "INSERT INTO %s SELECT i::text, 'a', 'added' FROM generate_series(10, 50) i"
              .formatted(TABLE),
          "UPDATE %s SET %s = %s || '''; DROP TABLE t; --' WHERE %s LIKE '1%%'"
              .formatted(TABLE, KEY, KEY, KEY),
          "DELETE FROM %s WHERE %s LIKE '2%%'".formatted(TABLE, KEY),
          "INSERT INTO t VALUES (2)");
      awaitCopy(pipeline);
      Eventually.until(
          "the warehouse is in sync",
          PATIENCE,
          () -> {
            assertThat(pipeline.terminate()).hasValue(0);
            boolean same;
            try (Connection duckDb =
                DriverManager.getConnection("jdbc:duckdb:" + pipeline.warehouse())) {
              same = same(pipeline, duckDb);
            }
            if (!same) {
              pipeline.start(options -> options.heap("512m"));
            }
            return same;
          });
    }
  }

  private static void awaitCopy(LivePipeline pipeline) {
    try {
      Eventually.until(
          "the copy is in sync",
          PATIENCE,
          () -> {
            try (Connection copy = pipeline.postgres().connect("copy")) {
              return same(pipeline, copy);
            }
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + pipeline.output(), e);
    }
  }

  private static boolean same(LivePipeline pipeline, Connection destination) throws SQLException {
    try (Connection source = pipeline.postgres().connect("source")) {
      Comparer comparer = new Comparer(source, destination);
      return comparer.compare(Comparer.Pair.whole(source, TABLE, TABLE)).inSync()
          && comparer.compare(Comparer.Pair.whole(source, "public.t", "public.t")).inSync();
    }
  }
}
