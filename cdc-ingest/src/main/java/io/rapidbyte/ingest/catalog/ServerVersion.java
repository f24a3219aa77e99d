package io.rapidbyte.ingest.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A Postgres server's version.
 *
 * @param number {@code server_version_num}: 180006 for 18.6
 */
public record ServerVersion(int number) implements Comparable<ServerVersion> {
  /** The oldest major version that a pipeline streams from. */
  public static final int OLDEST_MAJOR = 14;

  /** Asks a server. */
  public static ServerVersion of(Connection connection) throws SQLException {
    return new ServerVersion(
        Queries.one(
            connection, "SELECT current_setting('server_version_num')::int", row -> row.getInt(1)));
  }

  public int major() {
    return number / 10_000;
  }

  public int minor() {
    return number % 10_000;
  }

  /** Whether publications know column lists and row filters. */
  public boolean publishesParts() {
    return major() >= 15;
  }

  /** Whether publications can carry stored generated columns. */
  public boolean publishesGenerated() {
    return major() >= 18;
  }

  @Override
  public int compareTo(ServerVersion other) {
    return Integer.compare(number, other.number);
  }

  /** As Postgres prints it: {@code 18.6}. */
  @Override
  public String toString() {
    return major() + "." + minor();
  }
}
