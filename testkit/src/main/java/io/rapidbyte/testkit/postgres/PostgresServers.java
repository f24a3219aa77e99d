package io.rapidbyte.testkit.postgres;

/** Starts a server where this run wants it: embedded, or in a container. */
public final class PostgresServers {
  private PostgresServers() {}

  /** A server with the defaults; {@code -Dtestkit=containers} puts it into a container. */
  public static PostgresServer start() {
    return System.getProperty("testkit", "embedded").equals("containers")
        ? ContainerPostgres.start(PostgresVersion.V18)
        : EmbeddedPostgres.start();
  }
}
