package io.rapidbyte.testkit.shop;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The shop's busy day: transactions of mixed size that insert, update, delete and now and then
 * change a key, at a rate.
 *
 * <p>Counts what it has committed, exactly. Owns its connection and one thread; {@link #close} ends
 * both after the transaction at hand.
 */
public final class ShopWriter implements AutoCloseable {
  private static final int LARGEST_TRANSACTION = 12;
  private static final int LARGEST_STATEMENT = 60;
  private static final String DEADLOCK = "40P01";

  private final Connection connection;
  private final RandomGenerator random;
  private final double changesPerSecond;
  private final AtomicLong committedChanges = new AtomicLong();
  private final AtomicLong committedInserts = new AtomicLong();
  private final AtomicLong committedUpdates = new AtomicLong();
  private final AtomicLong committedDeletes = new AtomicLong();
  private final AtomicLong committedTransactions = new AtomicLong();
  private final Thread thread;
  private final long existing;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean stopping;
  private volatile @Nullable SQLException failure;
  private long nextId;
  private long idsEnd;

  private ShopWriter(Connection connection, long seed, long existing, double changesPerSecond) {
    this.connection = connection;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.changesPerSecond = changesPerSecond;
    this.existing = existing;
    this.thread = new Thread(this::work, "shop-writer-" + seed);
  }

  /**
   * Starts writing. Several writers may work at once, or one after another: new rows take ids from
   * a sequence.
   *
   * @param existing about how many rows {@code orders} had at first; changes go to ids up to it
   * @param changesPerSecond the rate to hold; 0 for as fast as it goes
   */
  public static ShopWriter start(
      Connection connection, long seed, long existing, double changesPerSecond)
      throws SQLException {
    connection.setAutoCommit(false);
    ShopWriter writer = new ShopWriter(connection, seed, existing, changesPerSecond);
    writer.thread.start();
    return writer;
  }

  /** Row changes in committed transactions: inserts, updates and deletes. */
  public long committedChanges() {
    return committedChanges.get();
  }

  /** Committed transactions. */
  public long committedTransactions() {
    return committedTransactions.get();
  }

  /** Rows inserted by committed transactions. */
  public long committedInserts() {
    return committedInserts.get();
  }

  /** Rows updated by committed transactions, key changes among them. */
  public long committedUpdates() {
    return committedUpdates.get();
  }

  /** Rows deleted by committed transactions. */
  public long committedDeletes() {
    return committedDeletes.get();
  }

  /** Why it stopped by itself: the source refused a change, or is gone. */
  public Optional<SQLException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Stands still, with no transaction open, until {@link #resume}; returns when it does. The thread
   * that pauses is the one to resume.
   */
  public void pause() {
    turn.lock();
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    turn.unlock();
  }

  private void work() {
    Pace pace = new Pace(changesPerSecond);
    try (Statement statement = connection.createStatement()) {
      while (!stopping) {
        long changes;
        turn.lock();
        try {
          changes = transactionOrNothing(statement);
        } finally {
          turn.unlock();
        }
        pace.await(changes);
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  /** Holds a rate without making up for the time of a pause in one burst. */
  private final class Pace {
    private static final long LARGEST_DEBT_NANOS = 1_000_000_000L;
    private final double rate;
    private long due = System.nanoTime();

    Pace(double rate) {
      this.rate = rate;
    }

    void await(long changes) {
      if (rate <= 0) {
        return;
      }
      due = Math.max(due, System.nanoTime() - LARGEST_DEBT_NANOS) + (long) (changes / rate * 1e9);
      for (long left = due - System.nanoTime(); left > 0 && !stopping; ) {
        LockSupport.parkNanos(Math.min(left, Duration.ofMillis(50).toNanos()));
        left = due - System.nanoTime();
      }
    }
  }

  /** Writers side by side may lock each other out; the loser's transaction changed nothing. */
  private long transactionOrNothing(Statement statement) throws SQLException {
    try {
      return transaction(statement);
    } catch (SQLException e) {
      if (!DEADLOCK.equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback();
      return 0;
    }
  }

  private long transaction(Statement statement) throws SQLException {
    long inserts = 0;
    long updates = 0;
    long deletes = 0;
    int statements = 1 + random.nextInt(LARGEST_TRANSACTION);
    for (int i = 0; i < statements; i++) {
      reserveIds(statement);
      String sql = next();
      int rows = statement.executeUpdate(sql);
      switch (sql.charAt(0)) {
        case 'I' -> inserts += rows;
        case 'U' -> updates += rows;
        default -> deletes += rows;
      }
    }
    if (random.nextInt(40) == 0) {
      connection.rollback();
      return 0;
    }
    connection.commit();
    committedInserts.addAndGet(inserts);
    committedUpdates.addAndGet(updates);
    committedDeletes.addAndGet(deletes);
    committedChanges.addAndGet(inserts + updates + deletes);
    committedTransactions.incrementAndGet();
    return inserts + updates + deletes;
  }

  private void reserveIds(Statement statement) throws SQLException {
    if (nextId + LARGEST_STATEMENT < idsEnd) {
      return;
    }
    try (ResultSet block = statement.executeQuery("SELECT nextval('shop_ids')")) {
      block.next();
      nextId = block.getLong(1);
      idsEnd = nextId + Shop.ID_BLOCK;
    }
  }

  private String next() {
    int size = 1 + random.nextInt(LARGEST_STATEMENT);
    long some = 1 + random.nextLong(existing);
    return switch (random.nextInt(16)) {
      case 0 -> Shop.customers(taken(size), nextId - 1);
      case 1, 2 -> Shop.orders(taken(size), nextId - 1);
      case 3 -> {
        long first = taken(size);
        yield Shop.items(first, nextId - 1, 3);
      }
      case 4 -> Shop.visits(taken(size), nextId - 1);
      case 5 -> Shop.payments(taken(size), nextId - 1);
      case 6, 7 ->
          "UPDATE orders SET status = 'paid', amount = amount + 0.01" + range("id", some, size);
      case 8 -> "UPDATE customers SET active = NOT active" + range("id", some, size);
      case 9 -> "UPDATE visits SET seconds = seconds + 1" + range("id", some, size);
      case 10 ->
          "UPDATE products SET price = price + 0.5" + range("id", some % Shop.PRODUCTS, size);
      case 11 -> "UPDATE order_items SET quantity = quantity + 1" + range("order_id", some, size);
      case 12 -> "DELETE FROM order_items" + range("order_id", some, 1 + size / 8);
      case 13 -> "DELETE FROM visits" + range("id", some, 1 + size / 8);
      case 14 -> "DELETE FROM payments WHERE id = " + Shop.paymentKey(some);
      default -> keyChange(some);
    };
  }

  private String keyChange(long some) {
    return switch (random.nextInt(3)) {
      case 0 -> "UPDATE customers SET id = " + taken(1) + " WHERE id = " + some;
      case 1 -> "UPDATE products SET id = " + taken(1) + " WHERE id = " + some % Shop.PRODUCTS;
      default ->
          "UPDATE products SET description = repeat(md5('"
              + some
              + "'), 90) WHERE id = "
              + some % Shop.PRODUCTS;
    };
  }

  private long taken(int count) {
    long first = nextId;
    nextId += count;
    return first;
  }

  private static String range(String column, long first, int size) {
    return " WHERE " + column + " BETWEEN " + first + " AND " + (first + size - 1);
  }

  /**
   * Ends after the transaction at hand.
   *
   * @throws IllegalStateException where the source refused a change
   */
  @Override
  public void close() throws SQLException {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
    SQLException cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the source refused a change: " + cause.getMessage(), cause);
    }
  }
}
