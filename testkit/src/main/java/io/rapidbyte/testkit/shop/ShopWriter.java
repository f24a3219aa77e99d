package io.rapidbyte.testkit.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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
  private static final int FIRST_NEW_ID_BEHIND = 1_000;

  private final Connection connection;
  private final RandomGenerator random;
  private final double changesPerSecond;
  private final AtomicLong committedChanges = new AtomicLong();
  private final AtomicLong committedTransactions = new AtomicLong();
  private final Thread thread;
  private final long existing;
  private volatile boolean stopping;
  private volatile @Nullable SQLException failure;
  private long nextId;

  private ShopWriter(Connection connection, long seed, long existing, double changesPerSecond) {
    this.connection = connection;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.changesPerSecond = changesPerSecond;
    this.existing = existing;
    this.nextId = existing + FIRST_NEW_ID_BEHIND;
    this.thread = new Thread(this::work, "shop-writer-" + seed);
  }

  /**
   * Starts writing.
   *
   * @param existing about how many rows {@code orders} has; ids above it by 1,000 are free
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

  private void work() {
    long begin = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      while (!stopping) {
        long changes = transaction(statement);
        committedChanges.addAndGet(changes);
        committedTransactions.incrementAndGet();
        pace(begin);
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private void pace(long begin) {
    if (changesPerSecond <= 0) {
      return;
    }
    long due = begin + (long) (committedChanges.get() / changesPerSecond * 1e9);
    for (long left = due - System.nanoTime(); left > 0 && !stopping; ) {
      LockSupport.parkNanos(Math.min(left, Duration.ofMillis(50).toNanos()));
      left = due - System.nanoTime();
    }
  }

  private long transaction(Statement statement) throws SQLException {
    long changes = 0;
    int statements = 1 + random.nextInt(LARGEST_TRANSACTION);
    for (int i = 0; i < statements; i++) {
      changes += statement.executeUpdate(next());
    }
    if (random.nextInt(40) == 0) {
      connection.rollback();
      return 0;
    }
    connection.commit();
    return changes;
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
      case 10 -> "UPDATE products SET price = price + 0.5" + range("id", some % 4_000, size);
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
      case 1 -> "UPDATE products SET id = " + (10_000 + taken(1)) + " WHERE id = " + some % 4_000;
      default ->
          "UPDATE products SET description = repeat(md5('"
              + some
              + "'), 90) WHERE id = "
              + some % 4_000;
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
