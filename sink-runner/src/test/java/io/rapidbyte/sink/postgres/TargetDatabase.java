package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.net.FaultProxy;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database of a test's own, as a destination names it and as a reader sees it. */
final class TargetDatabase implements AutoCloseable {
  private final TestDatabase database;

  /** A new one in a server. */
  TargetDatabase(TestDatabase database) {
    this.database = database;
  }

  /** A new one in the server that quick tests share. */
  static TargetDatabase create() {
    return new TargetDatabase(SharedPostgres.database());
  }

  /** How a destination names it. */
  DestinationSpec.Kind.Postgres kind(String user, @Nullable String schema) {
    return kind(database.port(), user, schema);
  }

  private DestinationSpec.Kind.Postgres kind(int port, String user, @Nullable String schema) {
    PostgresAddress address =
        new PostgresAddress(
            database.host(),
            port,
            database.name(),
            user,
            new Secret(database.password()),
            "disable",
            Map.of());
    return new DestinationSpec.Kind.Postgres(address, schema);
  }

  /** A destination that writes it, not yet open. */
  PostgresDestination destination() {
    return new PostgresDestination("shop", "copy", kind(database.user(), null));
  }

  /** The same, by a proxy of its server. */
  PostgresDestination destination(FaultProxy proxy) {
    return new PostgresDestination("shop", "copy", kind(proxy.port(), database.user(), null));
  }

  /** A proxy of its server. */
  FaultProxy proxy() {
    return FaultProxy.to(database.host(), database.port());
  }

  /** The database's name. */
  String name() {
    return database.name();
  }

  Connection connect() throws SQLException {
    return database.connect();
  }

  /** Runs statements, each committed by itself. */
  void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A query's rows as text. */
  List<List<@Nullable String>> query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<@Nullable String>> all = new ArrayList<>();
      while (rows.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A query's one value. */
  @Nullable String value(String sql) {
    return query(sql).getFirst().getFirst();
  }

  /** A table's columns as text, ordered by all of them; an LSN as a number. */
  List<List<@Nullable String>> read(TableName table, String... columns) {
    List<String> texts = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (String column : columns) {
      String quoted = TableName.quote(column);
      texts.add(column.equals("_rb_lsn") ? "(_rb_lsn - '0/0')::text" : quoted + "::text");
      order.add(quoted);
    }
    return query(
        "SELECT %s FROM %s ORDER BY %s"
            .formatted(String.join(", ", texts), table.quoted(), String.join(", ", order)));
  }

  @Override
  public void close() {
    database.close();
  }
}
