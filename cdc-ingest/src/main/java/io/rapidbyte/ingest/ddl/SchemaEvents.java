package io.rapidbyte.ingest.ddl;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.SourceSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event triggers in the source that tell of DDL: whether they are there, and how they come and go.
 */
public final class SchemaEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaEvents.class);

  /** Enabled, of this version, and the function's owner is one who may have event triggers. */
  private static final String INSTALLED =
      """
      SELECT count(*) FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE (t.evtname, t.evtevent)
            IN ((?, 'ddl_command_end'), (?, 'sql_drop'), (?, 'table_rewrite'))
        AND n.nspname = '_rapidbyte' AND p.proname = ? AND p.prosrc = ?
        AND p.proowner = t.evtowner AND t.evtenabled IN ('O', 'A')\
      """;

  private static final String PRESENT =
      "SELECT count(*) FROM pg_event_trigger WHERE evtname IN (?, ?, ?)";

  /** Superusers, and who managed servers let have event triggers. */
  private static final String MAY =
      """
      SELECT rolsuper
          OR coalesce(pg_has_role(to_regrole('rds_superuser'), 'MEMBER'), false)
          OR coalesce(pg_has_role(to_regrole('cloudsqlsuperuser'), 'MEMBER'), false)
          OR coalesce(pg_has_role(to_regrole('azure_pg_admin'), 'MEMBER'), false)
      FROM pg_roles WHERE rolname = current_user\
      """;

  private SchemaEvents() {}

  /** How DDL is noticed. */
  public enum Mode {
    /** By a message in the log, at once and in order. */
    TOLD,
    /** With the table's next row. */
    UNTOLD
  }

  /**
   * Installs what the pipeline asks for, or removes it; where the role may not, leaves everything
   * as it is and says so in the log.
   *
   * @param connection in autocommit mode
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source fails
   */
  public static Mode establish(PipelineSpec spec, Connection connection) {
    SchemaEventSql sql = new SchemaEventSql(spec.pipeline());
    try {
      if (spec.source().schemaEvents() == SourceSpec.SchemaEvents.OFF) {
        remove(sql, connection);
        return Mode.UNTOLD;
      }
      if (isInstalled(sql, connection)) {
        return Mode.TOLD;
      }
      if (run(sql.install(), connection)) {
        LOG.info("event triggers {} tell of DDL", String.join(", ", sql.triggers()));
        return Mode.TOLD;
      }
      LOG.info(
          "the role may not have event triggers: DDL is noticed with a table's next row"
              + " (rapidbyte check --all shows the SQL for somebody who may)");
      return Mode.UNTOLD;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "installing event triggers");
    }
  }

  private static void remove(SchemaEventSql sql, Connection connection) throws SQLException {
    long present =
        Queries.one(connection, PRESENT, row -> row.getLong(1), sql.triggers().toArray());
    if (present > 0 && !run(sql.remove(), connection)) {
      LOG.warn(
          "schema_events is off, and the role may not remove its event triggers; let a superuser"
              + " run: {};",
          String.join("; ", sql.remove()));
    }
  }

  /** Whether all of it is there, of this version. */
  public static boolean isInstalled(SchemaEventSql sql, Connection connection) throws SQLException {
    return Queries.one(
            connection,
            INSTALLED,
            row -> row.getLong(1),
            sql.ddlName(),
            sql.dropName(),
            sql.rewriteName(),
            sql.ddlName(),
            sql.source())
        == sql.triggers().size();
  }

  /** Whether the role is of those who usually may have event triggers. */
  public static boolean mayInstall(Connection connection) throws SQLException {
    return Queries.one(connection, MAY, row -> row.getBoolean(1));
  }

  /** All or nothing; false where the role may not. */
  private static boolean run(List<String> statements, Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      for (String statement : statements) {
        Queries.run(connection, statement);
      }
      connection.commit();
      return true;
    } catch (SQLException e) {
      if (SqlFailures.isPrivilege(e)) {
        return false;
      }
      throw e;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
