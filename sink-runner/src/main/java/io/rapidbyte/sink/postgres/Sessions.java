package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.spec.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGProperty;

/** Opens connections with the settings that this destination counts on. Any thread. */
final class Sessions {
  /**
   * Durable commits, whatever the server's default; a lock held by others fails the group, to be
   * tried again; a client that died is noticed. A stage is never analysed, so the planner is kept
   * to the one plan that is good for every size: the table's index, by nested loop.
   */
  private static final String SETTINGS =
      """
      SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SELECT set_config('synchronous_commit', 'on', false)
       WHERE current_setting('synchronous_commit') = 'off';
      SET client_min_messages = error;
      SET lock_timeout = '30s';
      SET statement_timeout = 0;
      SET idle_in_transaction_session_timeout = '5min';
      SET client_connection_check_interval = '10s';
      SET tcp_keepalives_idle = 30;
      SET tcp_keepalives_interval = 10;
      SET tcp_keepalives_count = 3;
      SET temp_buffers = '32MB';
      SET enable_hashjoin = off;
      SET enable_mergejoin = off;
      SET max_parallel_workers_per_gather = 0;
      """;

  private final PostgresAddress address;
  private final String application;

  Sessions(PostgresAddress address, String application) {
    this.address = address;
    this.application = application;
  }

  /** A new connection, with a transaction open as soon as it is used. */
  Connection open() throws SQLException {
    Connection connection = DriverManager.getConnection(url(), properties());
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      connection.setAutoCommit(false);
      if (!address.properties().containsKey(PGProperty.SOCKET_TIMEOUT.getName())) {
        // What is asked from now on may take its time.
        connection.setNetworkTimeout(Runnable::run, 0);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether the server has a session of that process; asked on a connection of its own. */
  boolean isThere(int backend) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(), properties());
        PreparedStatement ask =
            connection.prepareStatement("SELECT 1 FROM pg_stat_activity WHERE pid = ?")) {
      ask.setInt(1, backend);
      try (ResultSet row = ask.executeQuery()) {
        return row.next();
      }
    }
  }

  private String url() {
    String host = address.host().indexOf(':') < 0 ? address.host() : "[" + address.host() + "]";
    return "jdbc:postgresql://" + host + ":" + address.port() + "/";
  }

  private Properties properties() {
    Properties properties = new Properties();
    PGProperty.CONNECT_TIMEOUT.set(properties, 10);
    PGProperty.LOGIN_TIMEOUT.set(properties, 20);
    PGProperty.SOCKET_TIMEOUT.set(properties, 20);
    PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSockets.class.getName());
    properties.putAll(address.properties());
    PGProperty.PG_DBNAME.set(properties, address.database());
    PGProperty.USER.set(properties, address.user());
    PGProperty.SSL_MODE.set(properties, address.sslmode());
    PGProperty.APPLICATION_NAME.set(properties, application);
    if (address.password() != null) {
      PGProperty.PASSWORD.set(properties, address.password().reveal());
    }
    return properties;
  }
}
