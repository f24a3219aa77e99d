package io.rapidbyte.sink.bookkeeping;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.destination.Claim;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The bookkeeping's tables, how those of an earlier version become them, and what is done where
 * some of them are gone.
 */
public final class Layout {
  /** The layout of this version; 1 had no {@code layout} table. */
  static final int VERSION = 2;

  private static final List<String> TABLES =
      List.of("checkpoint", "outbox", "dead", "owner", "layout");

  private static final String PARTITION =
      "pipeline text NOT NULL, destination text NOT NULL, topic text NOT NULL,"
          + " partition integer NOT NULL";

  private static final String PARTITION_KEY = "pipeline, destination, topic, partition";

  private static final String PRESENT =
      "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()"
          + " AND table_schema = '_rapidbyte'";

  private Layout() {}

  /**
   * Whether the tables are there, as this version writes them.
   *
   * @throws RapidbyteException where a newer version has written them
   */
  public static boolean isCurrent(Connection connection, Dialect dialect) throws SQLException {
    Set<String> present = present(connection);
    return version(connection, dialect, present) == VERSION && present.containsAll(TABLES);
  }

  /**
   * Creates what is absent. Where letters or marks were there once and are gone, no partition knows
   * any more where it stands: what it would go on with may be stale.
   *
   * @throws RapidbyteException where a newer version has written the tables
   */
  public static void create(Connection connection, Dialect dialect) throws SQLException {
    Set<String> present = present(connection);
    boolean wereWhole = version(connection, dialect, present) == VERSION;
    for (String sql : tables(dialect)) {
      run(connection, sql);
    }
    if (wereWhole && !present.containsAll(List.of("outbox", "dead"))) {
      run(connection, "UPDATE " + dialect.checkpoint() + " SET next_offset = " + Claim.LOST);
    }
    if (!wereWhole) {
      run(connection, "INSERT INTO " + dialect.layout() + " VALUES (" + VERSION + ")");
    }
  }

  private static Set<String> present(Connection connection) throws SQLException {
    Set<String> present = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(PRESENT)) {
      while (rows.next()) {
        present.add(rows.getString(1));
      }
    }
    return present;
  }

  /** The layout that is said to be there; 0 where none is. */
  private static int version(Connection connection, Dialect dialect, Set<String> present)
      throws SQLException {
    if (!present.contains("layout")) {
      return 0;
    }
    int version = count(connection, "SELECT coalesce(max(version), 0) FROM " + dialect.layout());
    if (version > VERSION) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "sink/newer-layout",
              "the bookkeeping in schema %s is of layout %d, and this version of rapidbyte knows"
                      .formatted(dialect.schema(), version)
                  + " no newer one than "
                  + VERSION,
              "run the version of rapidbyte that has written it, or a newer one"));
    }
    return version;
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
            + ")",
        "CREATE TABLE IF NOT EXISTS " + dialect.layout() + " (version integer NOT NULL)");
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
            "ALTER TABLE IF EXISTS _rapidbyte.outbox ALTER COLUMN sequence DROP IDENTITY IF"
                + " EXISTS")) {
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
