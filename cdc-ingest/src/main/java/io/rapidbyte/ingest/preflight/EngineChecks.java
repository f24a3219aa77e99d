package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.debezium.Unfit;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.ingest.publish.TablePlan;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.SourceSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether {@code engine} can read what the pipeline asks for. */
final class EngineChecks {
  /** Debezium reads the types of the whole database, and fails at an enum without labels. */
  private static final String WITHOUT_LABELS =
      """
      SELECT format_type(t.oid, NULL) FROM pg_type t
      WHERE t.typcategory = 'E' AND NOT EXISTS (SELECT FROM pg_enum e WHERE e.enumtypid = t.oid)
      ORDER BY 1\
      """;

  /** Debezium finds a column's type by its bare name, in the table's schema first. */
  private static final String TAKEN_FOR_ANOTHER =
      """
      SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace tn ON tn.oid = t.typnamespace
      WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
        AND tn.oid <> n.oid
        AND EXISTS (SELECT FROM pg_type o JOIN pg_namespace s ON s.oid = o.typnamespace
                    WHERE o.typname = t.typname AND o.oid <> t.oid AND s.nspname <> 'pg_toast'
                      AND (tn.nspname <> 'pg_catalog' OR s.oid = n.oid))
      ORDER BY a.attnum\
      """;

  private EngineChecks() {}

  static List<Finding> check(PipelineSpec spec, PublicationPlan plan, Connection connection)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (spec.source().engine() == SourceSpec.Engine.DEBEZIUM) {
      for (String type : Queries.all(connection, WITHOUT_LABELS, row -> row.getString(1))) {
        findings.add(Finding.of("engine", Unfit.withoutLabels(type)));
      }
      for (TablePlan table : plan.tables()) {
        table(table, connection, findings);
      }
    }
    return findings;
  }

  private static void table(TablePlan table, Connection connection, List<Finding> findings)
      throws SQLException {
    String stream = table.name().toString();
    Unfit.of(table.schema()).forEach(error -> findings.add(Finding.of(stream, error)));
    table.table().columns().stream()
        .filter(column -> isOnlyInCondition(table, column.name()))
        .flatMap(column -> Unfit.of(stream, column.name(), column.type()).stream())
        .forEach(error -> findings.add(Finding.of(stream, error)));
    Queries.all(
            connection,
            TAKEN_FOR_ANOTHER,
            row -> row.getString(1),
            table.name().schema(),
            table.name().table())
        .stream()
        .filter(name -> table.schema().indexOf(name) >= 0 || isOnlyInCondition(table, name))
        .forEach(name -> findings.add(Finding.of(stream, Unfit.takenForAnother(stream, name))));
  }

  private static boolean isOnlyInCondition(TablePlan table, String column) {
    return table.schema().indexOf(column) < 0
        && table.where().map(where -> where.columns().contains(column)).orElse(false);
  }
}
