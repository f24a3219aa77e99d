package io.rapidbyte.testkit.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A running Postgres with logical decoding switched on, and a superuser of it.
 *
 * <p>Implementations say what stopping them removes. Connections are the caller's to close.
 */
public interface PostgresServer extends AutoCloseable {
  /** Where it listens. */
  String host();

  /** Where it listens. */
  int port();

  /** A superuser. */
  String user();

  /** The superuser's password. */
  String password();

  /** A JDBC URL for a database, user and password included. */
  default String jdbcUrl(String database) {
    return "jdbc:postgresql://"
        + host()
        + ":"
        + port()
        + "/"
        + database
        + "?user="
        + user()
        + "&password="
        + password();
  }

  /** Connects to database {@code postgres}. */
  default Connection connect() throws SQLException {
    return connect("postgres");
  }

  /** Connects to a database. */
  default Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database));
  }

  /** Creates an empty database. */
  default void createDatabase(String name) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
    }
  }

  /** Stops the server. */
  @Override
  void close();
}
