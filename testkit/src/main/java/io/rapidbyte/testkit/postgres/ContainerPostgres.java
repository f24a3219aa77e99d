package io.rapidbyte.testkit.postgres;

import org.testcontainers.postgresql.PostgreSQLContainer;

/** A Postgres in a container; stopping it removes the container. Needs a Docker engine. */
public final class ContainerPostgres implements PostgresServer {
  private final PostgreSQLContainer container;

  private ContainerPostgres(PostgreSQLContainer container) {
    this.container = container;
  }

  /** Starts a server; returns when it accepts connections. */
  public static ContainerPostgres start(PostgresVersion version) {
    PostgreSQLContainer container =
        new PostgreSQLContainer("postgres:" + version.major() + "-alpine")
            .withDatabaseName("postgres")
            .withUsername("postgres")
            .withPassword("postgres")
            .withCommand(
                "postgres",
                "-c",
                "wal_level=logical",
                "-c",
                "fsync=off",
                "-c",
                "max_wal_senders=30",
                "-c",
                "max_replication_slots=30",
                "-c",
                "max_connections=200",
                "-c",
                "timezone=UTC");
    container.start();
    return new ContainerPostgres(container);
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
  }

  @Override
  public String user() {
    return container.getUsername();
  }

  @Override
  public String password() {
    return container.getPassword();
  }

  @Override
  public void close() {
    container.stop();
  }
}
