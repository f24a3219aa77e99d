package io.rapidbyte.ingest.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WhereAgreesWithPostgresTest {
  private static final int ROWS = 80;
  private static final int CONDITIONS = 600;

  private static EmbeddedPostgres postgres;
  private static Connection connection;

  @BeforeAll
  static void start() throws SQLException {
    postgres = EmbeddedPostgres.start();
    connection = postgres.connect();
    run(RandomConditions.TABLE);
    run(
        """
        CREATE FUNCTION verdict(condition text, row_id integer) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE verdict text;
        BEGIN
          EXECUTE 'SELECT coalesce((' || condition || '), false)::text FROM filtered WHERE id = '
            || row_id INTO verdict;
          RETURN verdict;
        EXCEPTION WHEN data_exception OR feature_not_supported THEN RETURN 'error';
        END $$\
        """);
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    postgres.close();
  }

  @Test
  void evaluatesEveryConditionAsPostgresDoes() throws Exception {
    Random random = new Random(20261122);
    RandomConditions conditions = new RandomConditions(random);
    List<String> rows = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      rows.add(conditions.row(id));
    }
    run("INSERT INTO filtered VALUES " + String.join(", ", rows));
    TableInfo table =
        new CatalogReader(connection).table(new TableName("public", "filtered")).orElseThrow();
    List<Tuple> binary = CopyTuples.binary(connection, "SELECT * FROM filtered ORDER BY id");
    String casts =
        RandomConditions.COLUMNS.stream()
            .map(c -> c.equals("b") ? "textin(bpcharout(b))" : c + "::text") // a cast would strip
            .collect(Collectors.joining(", "));
    List<Tuple> text =
        CopyTuples.text(connection, "SELECT " + casts + " FROM filtered ORDER BY filtered.id");
    int evaluated = 0;
    for (int i = 0; i < CONDITIONS; i++) {
      String condition = conditions.condition(3);
      Where where = Where.of(condition, table);
      if (where.filter().isPresent()) {
        evaluated++;
        RowFilter.Bound filter = where.filter().get().bind(Where.columns(table));
        List<String> expected = expected(condition);
        assertThat(differences(verdicts(filter, binary), expected)).as(condition).isEmpty();
        assertThat(differences(verdicts(filter, text), expected)).as(condition).isEmpty();
      }
    }
    assertThat(evaluated).isGreaterThan(CONDITIONS / 2);
  }

  private static List<String> differences(List<String> ours, List<String> theirs) {
    List<String> differences = new ArrayList<>();
    for (int id = 0; id < theirs.size(); id++) {
      if (!ours.get(id).equals(theirs.get(id))) {
        differences.add("row " + id + ": " + ours.get(id) + ", Postgres: " + theirs.get(id));
      }
    }
    return differences;
  }

  private static List<String> verdicts(RowFilter.Bound filter, List<Tuple> rows) {
    List<String> verdicts = new ArrayList<>();
    for (Tuple row : rows) {
      String verdict;
      try {
        verdict = Boolean.toString(filter.test(row));
      } catch (RapidbyteException e) {
        verdict = "error";
      }
      verdicts.add(verdict);
    }
    return verdicts;
  }

  private static List<String> expected(String condition) throws SQLException {
    try {
      return texts("SELECT coalesce((" + condition + "), false)::text FROM filtered ORDER BY id");
    } catch (SQLException e) {
      assertThat(e.getSQLState()).as("%s: %s", condition, e.getMessage()).matches("22...|0A000");
      String quoted = condition.replace("'", "''");
      return texts("SELECT verdict('" + quoted + "', id) FROM filtered ORDER BY id");
    }
  }

  private static List<String> texts(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (result.next()) {
        texts.add(result.getString(1));
      }
      return texts;
    }
  }

  private static void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
