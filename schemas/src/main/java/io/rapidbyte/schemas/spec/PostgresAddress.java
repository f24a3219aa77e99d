package io.rapidbyte.schemas.spec;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a Postgres is and who asks.
 *
 * @param sslmode libpq's word: {@code disable} … {@code verify-full}
 * @param properties further pgjdbc connection properties from a URL's query
 */
public record PostgresAddress(
    String host,
    int port,
    String database,
    String user,
    @Nullable Secret password,
    String sslmode,
    Map<String, String> properties) {
  public PostgresAddress {
    properties = Map.copyOf(properties);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is between 1 and 65535, not " + port);
    }
  }

  /**
   * Reads {@code postgres://user:password@host:port/database?sslmode=…} or {@code
   * jdbc:postgresql://…}; empty where the text is neither.
   */
  public static Optional<PostgresAddress> parse(String url) {
    return PostgresUrl.parse(url);
  }

  /** Host, port and database: enough to recognise it in a message, nothing secret. */
  public String display() {
    return host + ":" + port + "/" + database;
  }
}
