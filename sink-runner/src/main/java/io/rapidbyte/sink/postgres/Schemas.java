package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Creates schemas, each in a transaction of its own: two streams that need the same one must not
 * wait for each other's data. Any thread.
 */
final class Schemas {
  private final Sessions sessions;

  Schemas(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Makes sure that there is such a schema; it is durable at the return. */
  synchronized void ensure(String schema) throws SQLException {
    try (Connection connection = sessions.open()) {
      connection.setAutoCommit(true);
      if (!Catalog.hasSchema(connection, schema)) {
        create(connection, schema);
      }
    }
  }

  private static void create(Connection connection, String schema) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + TableName.quote(schema));
    } catch (SQLException e) {
      if (!Catalog.hasSchema(connection, schema)) {
        throw e;
      }
    }
  }
}
