package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.workload.Operation;
import io.rapidbyte.testkit.workload.Workload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every operation on tables that the source is held against another reader with, all the way: both
 * destinations hold what the source holds, and where the log does not say it, the worker says which
 * command mends it.
 */
@Tag("chaos")
final class ShapesTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime() & 0xffffff);
  private static final int NEWEST = 18;
  private static final Pattern NAMED = Pattern.compile("rapidbyte resync public\\.(\\S+)");

  private static final String STREAMS =
      """
        - { table: public.* }
        - { table: public.d_keyless, mode: append }
        - { table: public.d_nothing, mode: append }
      """;

  /** What the log does not say of rows that are there. */
  private static final Set<String> UNSAID =
      Set.of("d_default", "d_rename", "d_reborn", "d_type", "d_enum", "d_parts", "e_parts");

  /** What is copied again unasked; it may be told of before that is found out. */
  private static final Set<String> COPIED_AGAIN = Set.of("e_again");

  /** What only a whole pipeline is asked, for the source alone would tell of it later. */
  private static List<Operation> more() {
    return List.of(
        Operation.named("table renamed", "e_new")
            .setup("CREATE TABLE e_old (id int PRIMARY KEY, v text)")
            .run(
                "INSERT INTO e_old VALUES (1, 'a')",
                "ALTER TABLE e_old RENAME TO e_new",
                "INSERT INTO e_new VALUES (2, 'b')",
                "UPDATE e_new SET v = 'c' WHERE id = 1"),
        Operation.named("table dropped and made again", "e_again")
            .setup("CREATE TABLE e_again (id int PRIMARY KEY, v text)")
            .run(
                "INSERT INTO e_again VALUES (1, 'a'), (2, 'b')",
                "DROP TABLE e_again",
                "CREATE TABLE e_again (id int PRIMARY KEY, v text, w int)",
                "INSERT INTO e_again VALUES (2, 'c', 3), (4, 'd', 4)"),
        Operation.named("table taken out of the publication and put back", "e_out")
            .setup("CREATE TABLE e_out (id int PRIMARY KEY, v text)")
            .run(
                "INSERT INTO e_out VALUES (1, 'a')",
                alterPublication("DROP TABLE e_out"),
                "INSERT INTO e_out VALUES (2, 'unseen')",
                "UPDATE e_out SET v = 'unseen' WHERE id = 1",
                alterPublication("ADD TABLE ONLY e_out"),
                "INSERT INTO e_out VALUES (3, 'b')"),
        Operation.named("partition attached with rows, another truncated", "e_parts")
            .setup(
                "CREATE TABLE e_parts (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE e_parts_1 PARTITION OF e_parts FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE e_parts_2 PARTITION OF e_parts FOR VALUES FROM (10) TO (20)",
                "CREATE TABLE apart (id int PRIMARY KEY, v text)",
                "INSERT INTO apart VALUES (21, 'from elsewhere')")
            .run(
                "INSERT INTO e_parts VALUES (1, 'a'), (11, 'b')",
                "ALTER TABLE e_parts ATTACH PARTITION apart FOR VALUES FROM (20) TO (30)",
                "UPDATE e_parts SET v = v || '!'",
                "TRUNCATE e_parts_2"));
  }

  /** The pipeline may have mended it in between. */
  private static String alterPublication(String how) {
    return """
    DO $$
    BEGIN
      EXECUTE (SELECT format('ALTER PUBLICATION %%I %s', pubname) FROM pg_publication_tables
               WHERE tablename = 'd_default' AND pubname <> 'reference' LIMIT 1);
    EXCEPTION WHEN duplicate_object OR undefined_object THEN NULL;
    END $$\
    """
        .formatted(how);
  }

  @Test
  void everyOperationReachesBothDestinations() throws Exception {
    System.out.println("-Dseed=" + SEED);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    Workload workload = Workload.of(NEWEST, more(), random);
    try (TrialGround ground =
        TrialGround.open(
            EmbeddedPostgres.Options.defaults().with("max_prepared_transactions", "10"))) {
      ground.ask(
          direct -> direct.with(direct.shape().streaming(STREAMS)),
          trial -> {
            workload.setUp(trial.source());
            workload.operations().stream()
                .flatMap(operation -> operation.tables().stream())
                .filter(table -> !table.equals(Operation.MESSAGES))
                .forEach(table -> trial.compare(quoted(table), "true"));
            // A stream holds the rows of its table, not those of the tables that inherit from it.
            trial.compare(quoted("d_heir"), "tableoid = 'public.d_heir'::regclass");
            trial.start("ingest", "");
            trial.start("sink", "");
            trial.awaitTables();
            trial.await("the last table is there", () -> count(trial, Workload.END) == 0);
            workload.write(trial.source(), random);
            trial.await("the last row is there", () -> count(trial, Workload.END) == 1);
            mendTypes(trial);
            awaitTold(trial);
            for (String table : UNSAID) {
              assertThat(trial.command("resync", "public." + table)).isZero();
            }
            Judgement.ofDestinations(trial);
          });
    }
  }

  private static String quoted(String table) {
    return "\"" + table.replace("\"", "\"\"") + "\"";
  }

  private static int count(Trial trial, String table) throws Exception {
    return Integer.parseInt(trial.copy().query("SELECT count(*) FROM " + table));
  }

  /** Tables of which the worker has said that a resync mends them. */
  private static Set<String> told(Trial trial) {
    Set<String> told = new TreeSet<>();
    Matcher matcher = NAMED.matcher(trial.worker("ingest").output());
    while (matcher.find()) {
      told.add(matcher.group(1));
    }
    return told;
  }

  private static void awaitTold(Trial trial) {
    try {
      trial.await("what the log does not say is told", () -> told(trial).containsAll(UNSAID));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", but " + told(trial) + trial.output(), e);
    }
    Set<String> told = told(trial);
    told.removeAll(COPIED_AGAIN);
    assertThat(told).isEqualTo(UNSAID);
  }

  /** Types that the destinations' columns do not hold: somebody makes room, as they say. */
  private static void mendTypes(Trial trial) throws Exception {
    String sql = "ALTER TABLE public.d_type ALTER a TYPE bigint";
    String decimal = "ALTER TABLE public.d_type ALTER c TYPE numeric(12,4)";
    trial.await("the types are told", () -> trial.status().contains("d_type"));
    trial.copy().execute(sql, decimal);
    trial.stop("sink");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
        Statement statement = duckDb.createStatement()) {
      statement.execute(sql);
      statement.execute(decimal);
    }
    trial.start("sink", "");
  }
}
