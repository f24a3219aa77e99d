package io.rapidbyte.ingest.session;

import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.type.ArrowTypes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;

/** Opens connections to the source. Immutable; may be shared between threads. */
public final class PostgresSessions {
  private static final String CONNECT_SECONDS = "10";

  /**
   * What values look like must not depend on how database, role or this machine are set. Not among
   * the startup options: there the driver's own have the last word, the machine's time zone first.
   */
  private static final String SETTINGS =
      new TreeMap<>(ArrowTypes.SESSION_SETTINGS)
          .entrySet().stream()
              .map(setting -> "SET " + setting.getKey() + " = '" + setting.getValue() + "'")
              .collect(Collectors.joining("; "));

  private final PostgresAddress address;
  private final String applicationName;

  /**
   * Connects nowhere yet.
   *
   * @param applicationName as it shows in {@code pg_stat_activity}
   */
  public PostgresSessions(PostgresAddress address, String applicationName) {
    this.address = address;
    this.applicationName = applicationName;
  }

  /** The source's address, for messages. */
  public String display() {
    return address.display();
  }

  /**
   * A connection for queries and COPY, in autocommit mode; the caller closes it. Row security is
   * off: a query that it would filter fails instead.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it cannot be had
   */
  public Connection sql() {
    return open(new Properties());
  }

  /**
   * A connection that speaks the replication protocol; the caller closes it and holds it in a field
   * while it streams, because a collected connection closes its stream.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it cannot be had
   */
  public Connection replication() {
    Properties more = new Properties();
    PGProperty.REPLICATION.set(more, "database");
    PGProperty.PREFER_QUERY_MODE.set(more, "simple");
    PGProperty.SOCKET_FACTORY.set(more, GatheringSocketFactory.class.getName());
    return open(more);
  }

  private Connection open(Properties more) {
    Properties all = new Properties();
    address.properties().forEach(all::setProperty);
    PGProperty.USER.set(all, address.user());
    var password = address.password();
    if (password != null) {
      PGProperty.PASSWORD.set(all, password.reveal());
    }
    PGProperty.SSL_MODE.set(all, address.sslmode());
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(all, "14");
    PGProperty.TCP_KEEP_ALIVE.set(all, true);
    PGProperty.CONNECT_TIMEOUT.set(all, CONNECT_SECONDS);
    PGProperty.LOGIN_TIMEOUT.set(all, CONNECT_SECONDS);
    PGProperty.APPLICATION_NAME.set(all, applicationName);
    PGProperty.OPTIONS.set(all, "-c row_security=off -c lock_timeout=30s");
    all.putAll(more);
    try {
      return configured(DriverManager.getConnection(url(), all));
    } catch (SQLException e) {
      throw SqlFailures.connecting(e, address);
    }
  }

  private static Connection configured(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private String url() {
    String host = address.host();
    String literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    return "jdbc:postgresql://%s:%d/%s"
        .formatted(
            literal,
            address.port(),
            java.net.URLEncoder.encode(
                address.database(), java.nio.charset.StandardCharsets.UTF_8));
  }
}
