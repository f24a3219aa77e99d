package io.rapidbyte.testkit.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A database of a server, dropped on {@link #close} with its replication slots, whoever uses them.
 */
public final class TestDatabase implements AutoCloseable {
  private static final int DROP_ATTEMPTS = 100;
  private static final Duration DROP_PAUSE = Duration.ofMillis(50);
  private static final String SLOT_IN_USE = "55006";

  private final PostgresServer server;
  private final String name;

  private TestDatabase(PostgresServer server, String name) {
    this.server = server;
    this.name = name;
  }

  /** Creates a database. */
  public static TestDatabase create(PostgresServer server, String name) {
    try {
      server.createDatabase(name);
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name + " could not be created", e);
    }
    return new TestDatabase(server, name);
  }

  /** A database that is there already, such as on a standby. */
  public static TestDatabase existing(PostgresServer server, String name) {
    return new TestDatabase(server, name);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The server it is on. */
  public PostgresServer server() {
    return server;
  }

  /** The server's host. */
  public String host() {
    return server.host();
  }

  /** The server's port. */
  public int port() {
    return server.port();
  }

  /** A superuser. */
  public String user() {
    return server.user();
  }

  /** The superuser's password. */
  public String password() {
    return server.password();
  }

  /** A JDBC URL, user and password included. */
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** Connects to it. */
  public Connection connect() throws SQLException {
    return server.connect(name);
  }

  /** Runs statements one by one, each committed. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The single value of a query as text; {@code "null"} for NULL or no row. */
  public String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "null";
    }
  }

  /** Ends every session, drops slots and the database. */
  @Override
  public void close() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (String slot : slots(statement)) {
        drop(statement, slot);
      }
      statement.execute(
          "DROP DATABASE IF EXISTS " + statement.enquoteIdentifier(name, true) + " WITH (FORCE)");
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name + " could not be dropped", e);
    }
  }

  private List<String> slots(Statement statement) throws SQLException {
    List<String> slots = new ArrayList<>();
    try (var rows =
        statement.executeQuery(
            "SELECT slot_name FROM pg_replication_slots WHERE database = "
                + statement.enquoteLiteral(name))) {
      while (rows.next()) {
        slots.add(rows.getString(1));
      }
    }
    return slots;
  }

  /** A slot's user is ended first, and may need a moment to let go. */
  private static void drop(Statement statement, String slot) throws SQLException {
    String literal = statement.enquoteLiteral(slot);
    for (int attempt = 1; ; attempt++) {
      try {
        statement.execute(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = "
                + literal
                + " AND active_pid IS NOT NULL");
        statement.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE slot_name = "
                + literal);
        return;
      } catch (SQLException e) {
        if (attempt == DROP_ATTEMPTS || !SLOT_IN_USE.equals(e.getSQLState())) {
          throw e;
        }
        LockSupport.parkNanos(DROP_PAUSE.toNanos());
      }
    }
  }
}
