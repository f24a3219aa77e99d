package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.ddl.SchemaEventSql;
import io.rapidbyte.ingest.ddl.SchemaEvents;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.SourceSpec;
import java.sql.Connection;
import java.sql.SQLException;

/** How DDL is going to be noticed. */
final class SchemaEventChecks {
  private static final String CODE = "source/schema-events";
  private static final String SUBJECT = "schema_events";

  private SchemaEventChecks() {}

  static Finding check(PipelineSpec spec, Connection connection) throws SQLException {
    if (spec.source().schemaEvents() == SourceSpec.SchemaEvents.OFF) {
      return Finding.ok(
          CODE, SUBJECT, "off: DDL is noticed with the table's next row, other tables each minute");
    }
    SchemaEventSql sql = new SchemaEventSql(spec.pipeline());
    if (SchemaEvents.isInstalled(sql, connection)) {
      return Finding.ok(CODE, SUBJECT, "event triggers tell of DDL at once and in order");
    }
    if (SchemaEvents.mayInstall(connection)) {
      return Finding.ok(
          CODE, SUBJECT, "event triggers that tell of DDL are installed at the start");
    }
    return Finding.info(
        CODE,
        SUBJECT,
        "the role may not install event triggers: DDL is noticed with the table's next row, other"
            + " tables each minute",
        "to have it noticed at once and in order, let a superuser run:\n"
            + String.join(";\n", sql.install())
            + ";");
  }
}
