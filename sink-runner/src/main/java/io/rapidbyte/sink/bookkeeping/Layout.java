package io.rapidbyte.sink.bookkeeping;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The bookkeeping's tables, and how those of an earlier version become them. */
public final class Layout {
  private static final String PARTITION =
      "pipeline text NOT NULL, destination text NOT NULL, topic text NOT NULL,"
          + " partition integer NOT NULL";

  private static final String PARTITION_KEY = "pipeline, destination, topic, partition";

  private static final String IS_CURRENT =
      "SELECT count(*) FROM information_schema.columns WHERE table_catalog = current_database()"
          + " AND table_schema = '_rapidbyte' AND table_name = 'checkpoint'"
          + " AND column_name = 'generation'";

  private Layout() {}

  /** Whether the tables are there, as this version writes them. */
  public static boolean isCurrent(Connection connection) throws SQLException {
    return count(connection, IS_CURRENT) > 0;
  }

  /** Creates what is absent. */
  public static void create(Connection connection, Dialect dialect) throws SQLException {
    for (String sql : tables(dialect)) {
      run(connection, sql);
    }
  }

  private static List<String> tables(Dialect dialect) {
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS " + dialect.schema(),
        "CREATE TABLE IF NOT EXISTS "
            + dialect.checkpoint()
            + " ("
            + PARTITION
            + ", cluster_id text NOT NULL, topic_id text NOT NULL, next_offset bigint NOT NULL,"
            + " fence bigint NOT NULL, schema_version integer NOT NULL,"
            + " generation integer NOT NULL, ended_generation integer NOT NULL,"
            + " updated_at timestamp with time zone NOT NULL,"
            + " PRIMARY KEY ("
            + PARTITION_KEY
            + "))"
            + dialect.storage(),
        "CREATE TABLE IF NOT EXISTS "
            + dialect.outbox()
            + " ("
            + PARTITION
            + ", id text NOT NULL, sequence bigint NOT NULL, key text NOT NULL,"
            + " document bytea NOT NULL, held boolean NOT NULL"
            + key(dialect, "id")
            + ")",
        "CREATE TABLE IF NOT EXISTS "
            + dialect.dead()
            + " ("
            + PARTITION
            + ", key text NOT NULL"
            + key(dialect, "key")
            + ")",
        "CREATE TABLE IF NOT EXISTS "
            + dialect.owner()
            + " (table_schema text NOT NULL, table_name text NOT NULL, pipeline text NOT NULL,"
            + " destination text NOT NULL, stream text NOT NULL"
            + (dialect.keyed() ? ", PRIMARY KEY (table_schema, table_name)" : "")
            + ")");
  }

  private static String key(Dialect dialect, String last) {
    return dialect.keyed() ? ", PRIMARY KEY (" + PARTITION_KEY + ", " + last + ")" : "";
  }

  /**
   * Brings Postgres's tables of the version before to this one, where they are there: checkpoints
   * without a generation, letters numbered by the server. A generation that is not known counts as
   * the last that ended.
   */
  public static void upgradePostgres(Connection connection) throws SQLException {
    if (count(connection, "SELECT count(to_regclass('_rapidbyte.checkpoint'))") == 0) {
      return;
    }
    for (String sql :
        List.of(
            "ALTER TABLE _rapidbyte.checkpoint ADD COLUMN IF NOT EXISTS generation integer",
            "UPDATE _rapidbyte.checkpoint SET generation = ended_generation"
                + " WHERE generation IS NULL",
            "ALTER TABLE _rapidbyte.checkpoint ALTER COLUMN generation SET NOT NULL",
            "ALTER TABLE _rapidbyte.outbox ALTER COLUMN sequence DROP IDENTITY IF EXISTS")) {
      run(connection, sql);
    }
  }

  /** The same for DuckDB, whose tables of the version before stand in a schema {@code _rb}. */
  public static void upgradeDuckDb(Connection connection, Dialect dialect) throws SQLException {
    String old = dialect.schema().substring(0, dialect.schema().lastIndexOf('.')) + "._rb";
    String exists =
        "SELECT count(*) FROM information_schema.tables WHERE table_catalog = current_database()"
            + " AND table_schema = '_rb' AND table_name = 'offsets'";
    if (count(connection, exists) == 0) {
      return;
    }
    String partition = "pipeline, destination, topic, kafka_partition";
    for (String sql :
        List.of(
            "INSERT INTO "
                + dialect.checkpoint()
                + " SELECT "
                + partition
                + ", cluster_id, topic_id, next_offset, fence, schema_version, ended_generation,"
                + " ended_generation, coalesce(applied_at, now()) FROM "
                + old
                + ".offsets",
            "INSERT INTO "
                + dialect.outbox()
                + " SELECT "
                + partition
                + ", id, row_number() OVER (ORDER BY written_at, rowid), row_key, document, held"
                + " FROM "
                + old
                + ".outbox",
            "INSERT INTO "
                + dialect.dead()
                + " SELECT "
                + partition
                + ", row_key FROM "
                + old
                + ".dead",
            "DROP SCHEMA " + old + " CASCADE")) {
      run(connection, sql);
    }
  }

  private static int count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
