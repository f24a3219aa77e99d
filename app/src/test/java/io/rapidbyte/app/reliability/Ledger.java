package io.rapidbyte.app.reliability;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The workload: money that moves between accounts (large values that stay unchanged, changed keys,
 * rows deleted and inserted again), the list of transfers, and claims, of which the copy refuses
 * the negative ones. Small, so that a pipeline over it is started and compared in seconds.
 *
 * <p>Owns its connection and one thread.
 */
final class Ledger implements AutoCloseable {
  static final List<String> TABLES = List.of("accounts", "transfers", "claims");
  static final int ACCOUNTS = 600;
  private static final int TRANSACTIONS_BETWEEN_LARGE_ONES = 40;
  private static final long PAUSE_NANOS = 15_000_000;

  private final Connection connection;
  private final RandomGenerator random;
  private final Thread thread;
  private final AtomicLong transactions = new AtomicLong();
  private volatile boolean stopping;
  private volatile @Nullable SQLException failure;

  private Ledger(Connection connection, long seed) {
    this.connection = connection;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.thread = new Thread(this::work, "ledger-" + seed);
  }

  /** Creates the tables, and what is in them at first. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "CREATE TABLE accounts (id bigint PRIMARY KEY, owner text NOT NULL, balance bigint"
                  + " NOT NULL, note text)",
              "ALTER TABLE accounts ALTER note SET STORAGE EXTERNAL",
              "CREATE TABLE transfers (id bigserial PRIMARY KEY, taken bigint, given bigint, amount"
                  + " bigint NOT NULL, at timestamptz NOT NULL DEFAULT now())",
              "CREATE TABLE claims (id bigserial PRIMARY KEY, n int NOT NULL)",
              "CREATE SEQUENCE moved START 100000",
              "INSERT INTO accounts SELECT i, 'owner ' || i, 1000, repeat(md5(i::text), 120) FROM"
                  + " generate_series(1, "
                  + ACCOUNTS
                  + ") i",
              "INSERT INTO transfers (taken, given, amount) SELECT i, i, 0 FROM generate_series(1,"
                  + " 2000) i",
              "INSERT INTO claims (n) SELECT CASE WHEN i % 200 = 0 THEN -i ELSE i END FROM"
                  + " generate_series(1, 1000) i")) {
        statement.execute(sql);
      }
    }
  }

  /** Starts writing: fifty transactions a second at most, every fortieth a large one. */
  static Ledger write(Connection connection, long seed) throws SQLException {
    connection.setAutoCommit(false);
    Ledger ledger = new Ledger(connection, seed);
    ledger.thread.start();
    return ledger;
  }

  /** Committed so far. */
  long transactions() {
    return transactions.get();
  }

  /** Whether it ended by itself, such as with its server. */
  boolean hasFailed() {
    return failure != null;
  }

  private void work() {
    try (Statement statement = connection.createStatement()) {
      for (int i = 1; !stopping; i++) {
        transaction(statement, i);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private void transaction(Statement statement, int number) throws SQLException {
    boolean large = number % TRANSACTIONS_BETWEEN_LARGE_ONES == 0;
    try {
      statement.execute("SET LOCAL lock_timeout = '3s'");
      if (large) {
        statement.execute("UPDATE accounts SET note = repeat(md5(note), 120)");
      } else {
        for (int i = 0; i <= random.nextInt(4); i++) {
          step(statement);
        }
      }
      if (random.nextInt(20) == 0) {
        connection.rollback();
        return;
      }
      connection.commit();
      transactions.incrementAndGet();
    } catch (SQLException e) {
      // A table that is being altered, a deadlock with the test's own statements.
      if (!List.of("40P01", "55P03").contains(e.getSQLState())) {
        throw e;
      }
      connection.rollback();
    }
  }

  private void step(Statement statement) throws SQLException {
    int a = 1 + random.nextInt(ACCOUNTS);
    int b = 1 + random.nextInt(ACCOUNTS);
    int amount = random.nextInt(100);
    switch (random.nextInt(8)) {
      case 0 -> statement.execute("INSERT INTO claims (n) SELECT i FROM generate_series(1, 3) i");
      case 1 ->
          // Each row that is refused costs the copy several attempts: few of them.
          statement.execute(
              "INSERT INTO claims (n) VALUES (%d), (7)".formatted(amount < 10 ? -1 : amount));
      case 2 ->
          // The key changes and comes back, the large value goes with it unsent.
          statement.execute("UPDATE accounts SET id = -id WHERE abs(id) = " + a);
      case 3 -> {
        statement.execute(
            "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM accounts WHERE abs(id) = " + a);
        statement.execute("DELETE FROM accounts WHERE abs(id) = " + a);
        statement.execute("INSERT INTO accounts SELECT * FROM kept");
        statement.execute("DROP TABLE kept");
      }
      case 4 -> statement.execute("DELETE FROM transfers WHERE id = " + (1 + random.nextInt(3000)));
      default -> {
        move(statement, a, -amount);
        move(statement, b, amount);
        statement.execute(
            "INSERT INTO transfers (taken, given, amount) VALUES (%d, %d, %d)"
                .formatted(a, b, amount));
      }
    }
  }

  private static void move(Statement statement, int account, int amount) throws SQLException {
    statement.execute(
        "UPDATE accounts SET balance = balance + %d WHERE abs(id) = %d".formatted(amount, account));
  }

  /** Ends after the transaction at hand. */
  @Override
  public void close() throws SQLException {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
