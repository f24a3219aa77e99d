package io.rapidbyte.testkit.workload;

import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Everything that is written: every operation and whatever else, interleaved by the seed. */
public final class Workload {
  /** The table whose row says that all is written. */
  public static final String END = "zz_end";

  private static final int RANDOM_TABLES = 4;
  private static final int RANDOM_BLOCKS = 12;
  private static final int RANDOM_KEYS = 8;

  private final List<Operation> operations;

  private Workload(List<Operation> operations) {
    this.operations = operations;
  }

  /**
   * What a version of Postgres can do to tables.
   *
   * @param more operations beside them
   */
  public static Workload of(int major, List<Operation> more, RandomGenerator random) {
    List<Operation> all = new ArrayList<>(operations(major));
    for (int i = 0; i < RANDOM_TABLES; i++) {
      all.add(randomChanges("r_" + i, random));
    }
    all.addAll(more);
    return new Workload(all);
  }

  /** What a version of Postgres can do to tables, whatever the seed. */
  public static List<Operation> operations(int major) {
    return Stream.of(RowOperations.all(), TransactionOperations.all(), TableOperations.all())
        .flatMap(List::stream)
        .filter(operation -> operation.since() <= major)
        .toList();
  }

  /** All that it is made of. */
  public List<Operation> operations() {
    return operations;
  }

  /** Inserts, updates, key changes and deletes of few keys, savepoints among them. */
  private static Operation randomChanges(String table, RandomGenerator random) {
    Operation changes =
        Operation.named("random changes " + table, table)
            .setup("CREATE TABLE %s (id int PRIMARY KEY, v text)".formatted(table));
    if (random.nextBoolean()) {
      changes.setup("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
    }
    for (int block = 0; block < RANDOM_BLOCKS; block++) {
      List<String> lines = new ArrayList<>();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        lines.add(randomChange(table, random));
      }
      if (random.nextInt(3) == 0) {
        lines.add(random.nextInt(lines.size() + 1), "SAVEPOINT s");
        lines.add(random.nextBoolean() ? "ROLLBACK TO s" : "RELEASE s");
      }
      changes.transaction(lines);
    }
    return changes;
  }

  private static String randomChange(String table, RandomGenerator random) {
    int key = random.nextInt(RANDOM_KEYS);
    int other = random.nextInt(RANDOM_KEYS);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 ->
          "INSERT INTO %s VALUES (%d, 'v%d') ON CONFLICT (id) DO UPDATE SET v = excluded.v"
              .formatted(table, key, random.nextInt(1000));
      case 4, 5, 6 ->
          "UPDATE %s SET v = 'u%d' WHERE id >= %d".formatted(table, random.nextInt(1000), key);
      case 7, 8 ->
          "UPDATE %s SET id = %d WHERE id = %d AND NOT EXISTS (SELECT FROM %s WHERE id = %d)"
              .formatted(table, other, key, table, other);
      case 9 -> "TRUNCATE " + table;
      default -> "DELETE FROM %s WHERE id = %d".formatted(table, key);
    };
  }

  /** Creates the tables. */
  public void setUp(TestDatabase database) throws SQLException {
    for (Operation operation : operations) {
      database.execute(operation.setup().toArray(String[]::new));
    }
    database.execute("CREATE TABLE " + END + " (id int PRIMARY KEY)");
  }

  /** Writes it all, and the row that says that all is written. */
  public void write(TestDatabase database, RandomGenerator random) throws SQLException {
    List<Deque<List<Operation.Line>>> waiting = new ArrayList<>();
    operations.forEach(operation -> waiting.add(new ArrayDeque<>(operation.blocks())));
    try (Connection first = session(database);
        Connection second = session(database)) {
      while (!waiting.isEmpty()) {
        int chosen = random.nextInt(waiting.size());
        Deque<List<Operation.Line>> blocks = waiting.get(chosen);
        if (blocks.isEmpty()) {
          waiting.remove(chosen);
          continue;
        }
        for (Operation.Line line : blocks.remove()) {
          run(line.session() == 0 ? first : second, line.sql());
        }
      }
      run(first, "INSERT INTO " + END + " VALUES (1)");
    }
  }

  private static Connection session(TestDatabase database) throws SQLException {
    Connection session = database.connect();
    for (Map.Entry<String, String> setting : ArrowTypes.SESSION_SETTINGS.entrySet()) {
      run(session, "SET %s = '%s'".formatted(setting.getKey(), setting.getValue()));
    }
    return session;
  }

  private static void run(Connection session, String sql) {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError("the workload is wrong: " + sql + ": " + e.getMessage(), e);
    }
  }
}
