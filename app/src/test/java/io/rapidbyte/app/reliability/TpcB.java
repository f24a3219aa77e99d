package io.rapidbyte.app.reliability;

import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * pgbench's TPC-B-like workload, its tables and its five statements, from several connections: an
 * account, its teller and its branch get the same amount, and the history says so.
 */
final class TpcB implements AutoCloseable {
  private static final int SCALE = 2;
  private static final int TELLERS = 10 * SCALE;
  private static final int ACCOUNTS = 10_000 * SCALE;
  private static final int CLIENTS = 4;

  private static final List<String> STATEMENTS =
      List.of(
          "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?",
          "SELECT abalance FROM pgbench_accounts WHERE aid = ?",
          "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?",
          "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?",
          "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (?, ?, ?, ?, now())");

  /** The four sums, which are one and the same. */
  static final String SUMS =
      "SELECT concat_ws(' ', (SELECT sum(abalance) FROM pgbench_accounts),"
          + " (SELECT sum(tbalance) FROM pgbench_tellers),"
          + " (SELECT sum(bbalance) FROM pgbench_branches),"
          + " (SELECT sum(delta) FROM pgbench_history), (SELECT count(*) FROM pgbench_history))";

  private final List<Thread> clients = new ArrayList<>();
  private final AtomicLong transactions = new AtomicLong();
  private volatile boolean stopping;
  private volatile @Nullable SQLException failure;

  private TpcB() {}

  /** The pipeline over it; the history has no key, as pgbench makes it. */
  static Trial.Shape shape(Trial.Shape plain) {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put(
        "pgbench_branches",
        "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88));"
            + " INSERT INTO pgbench_branches SELECT i, 0 FROM generate_series(1, "
            + SCALE
            + ") i");
    tables.put(
        "pgbench_tellers",
        "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler"
            + " char(84)); INSERT INTO pgbench_tellers SELECT i, (i - 1) / 10 + 1, 0 FROM"
            + " generate_series(1, "
            + TELLERS
            + ") i");
    tables.put(
        "pgbench_accounts",
        "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler"
            + " char(84)); INSERT INTO pgbench_accounts SELECT i, (i - 1) / 10000 + 1, 0, '' FROM"
            + " generate_series(1, "
            + ACCOUNTS
            + ") i");
    tables.put(
        "pgbench_history",
        "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp,"
            + " filler char(22))");
    return new Trial.Shape(
        tables,
        plain.streams() + "\n  - { table: public.pgbench_history, mode: append }",
        plain.warehouse(),
        plain.properties(),
        plain.environment());
  }

  /** Starts the clients. */
  static TpcB run(TestDatabase database, long seed) throws SQLException {
    TpcB workload = new TpcB();
    for (int client = 0; client < CLIENTS; client++) {
      Connection connection = database.connect();
      connection.setAutoCommit(false);
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom").create(seed * CLIENTS + client);
      Thread thread =
          new Thread(() -> workload.work(connection, random), "tpcb-" + seed + "-" + client);
      workload.clients.add(thread);
      thread.start();
    }
    return workload;
  }

  long transactions() {
    return transactions.get();
  }

  private void work(Connection connection, RandomGenerator random) {
    try (connection) {
      List<PreparedStatement> prepared = new ArrayList<>();
      for (String sql : STATEMENTS) {
        prepared.add(connection.prepareStatement(sql));
      }
      while (!stopping) {
        int account = 1 + random.nextInt(ACCOUNTS);
        int teller = 1 + random.nextInt(TELLERS);
        int branch = 1 + random.nextInt(SCALE);
        int delta = random.nextInt(-5000, 5001);
        execute(prepared.get(0), delta, account);
        execute(prepared.get(1), account);
        execute(prepared.get(2), delta, teller);
        execute(prepared.get(3), delta, branch);
        execute(prepared.get(4), teller, branch, account, delta);
        connection.commit();
        transactions.incrementAndGet();
        java.util.concurrent.locks.LockSupport.parkNanos(8_000_000);
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private static void execute(PreparedStatement statement, int... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setInt(i + 1, values[i]);
    }
    statement.execute();
  }

  /**
   * Ends after the transactions at hand.
   *
   * @throws IllegalStateException where the source refused one
   */
  @Override
  public void close() {
    stopping = true;
    try {
      for (Thread client : clients) {
        client.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    SQLException cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the source refused a transaction", cause);
    }
  }
}
