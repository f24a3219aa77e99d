package io.rapidbyte.testkit.postgres;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One server for all tests of a JVM, a database for each: {@code try (var db =
 * SharedPostgres.database()) { … }}.
 *
 * <p>Embedded, or in a container with {@code -Dtestkit=containers}. Thread-safe. Tests that stop or
 * reconfigure the server start one of their own.
 */
public final class SharedPostgres {
  private static final AtomicLong COUNT = new AtomicLong();

  private SharedPostgres() {}

  private static final class Holder {
    static final PostgresServer SERVER = start();

    private static PostgresServer start() {
      PostgresServer server = PostgresServers.start();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shared-postgres-close"));
      return server;
    }
  }

  /** The server, started with the first call. */
  public static PostgresServer server() {
    return Holder.SERVER;
  }

  /** A new, empty database. */
  public static TestDatabase database() {
    return TestDatabase.create(server(), "test_" + COUNT.incrementAndGet());
  }
}
