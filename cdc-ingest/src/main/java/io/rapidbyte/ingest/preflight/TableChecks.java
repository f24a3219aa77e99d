package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.ColumnInfo;
import io.rapidbyte.ingest.catalog.NearestName;
import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.filter.Where;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.ingest.publish.PushDown;
import io.rapidbyte.ingest.publish.TablePlan;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.PgType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Privileges, conditions and columns of each stream's table. */
final class TableChecks {
  private static final String PRIVILEGES =
      """
      SELECT has_schema_privilege(n.oid, 'USAGE') AS usage,
             NOT EXISTS (SELECT FROM unnest(string_to_array(?, ',')::int2[]) a(attnum)
                         WHERE NOT has_column_privilege(c.oid, a.attnum, 'SELECT')) AS readable,
             pg_has_role(c.relowner, 'USAGE') AS owned, row_security_active(c.oid) AS filtered,
             quote_ident(current_user::text) AS role,
             EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                     WHERE r.prrelid = c.oid AND p.pubname = ANY (string_to_array(?, chr(10))))
               AS published
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ?\
      """;

  private static final int NUMERIC = 1700;

  private record Rights(
      boolean usage,
      boolean readable,
      boolean owned,
      boolean filtered,
      String role,
      boolean published) {}

  private final PublicationPlan publications;
  private final TablePlan plan;
  private final String stream;
  private final Connection connection;
  private final List<Finding> findings = new ArrayList<>();

  private TableChecks(PublicationPlan publications, TablePlan plan, Connection connection) {
    this.publications = publications;
    this.plan = plan;
    this.stream = plan.name().toString();
    this.connection = connection;
  }

  static List<Finding> check(PublicationPlan publications, Connection connection)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (TablePlan plan : publications.tables()) {
      TableChecks checks = new TableChecks(publications, plan, connection);
      checks.run();
      findings.addAll(checks.findings);
    }
    return findings;
  }

  private void run() throws SQLException {
    boolean readable = privileges();
    if (readable) {
      condition();
    }
    pushDown("where", plan.rows());
    pushDown("columns", plan.columns());
    largeValues();
    columns();
    if (findings.stream().noneMatch(Finding::isFailure)) {
      findings.add(
          Finding.ok(
              "source/stream",
              stream,
              plan.target() == TablePlan.Target.INSERTS_ONLY
                  ? "inserts alone are streamed"
                  : "key " + String.join(", ", plan.schema().key())));
    }
  }

  private boolean privileges() throws SQLException {
    String numbers =
        plan.table().columns().stream()
            .filter(c -> isRead(c.name()))
            .map(c -> Integer.toString(c.attributeNumber()))
            .collect(Collectors.joining(","));
    Rights rights =
        Queries.one(
            connection,
            PRIVILEGES,
            row ->
                new Rights(
                    row.getBoolean("usage"),
                    row.getBoolean("readable"),
                    row.getBoolean("owned"),
                    row.getBoolean("filtered"),
                    row.getString("role"),
                    row.getBoolean("published")),
            numbers,
            String.join("\n", publications.names()),
            plan.name().schema(),
            plan.name().table());
    String table = plan.name().quoted();
    String schema = io.rapidbyte.schemas.stream.TableName.quote(plan.name().schema());
    fail(
        !rights.usage,
        "source/schema-privilege",
        "the role may not use schema " + plan.name().schema(),
        "GRANT USAGE ON SCHEMA %s TO %s;".formatted(schema, rights.role));
    fail(
        !rights.readable,
        "source/table-privilege",
        "the role may not read " + plan.name(),
        "GRANT SELECT ON %s TO %s;".formatted(table, rights.role));
    fail(
        rights.filtered,
        "source/row-security",
        "row security hides rows of %s from the role".formatted(plan.name()),
        "ALTER ROLE %s BYPASSRLS;".formatted(rights.role));
    fail(
        !rights.owned && !rights.published,
        "source/table-owner",
        "only the owner of %s may publish it".formatted(plan.name()),
        "let its owner add it to the publication, or GRANT the owner's role TO %s;"
            .formatted(rights.role));
    return rights.usage && rights.readable;
  }

  private boolean isRead(String column) {
    return plan.schema().indexOf(column) >= 0
        || plan.where().map(w -> w.columns().contains(column)).orElse(false);
  }

  /** Postgres itself reads the condition: nobody knows better what it accepts. */
  private void condition() throws SQLException {
    Optional<Where> where = plan.where();
    if (where.isEmpty()) {
      return;
    }
    Savepoint before = connection.setSavepoint();
    try {
      Queries.run(
          connection,
          "EXPLAIN SELECT FROM ONLY %s WHERE (%s)"
              .formatted(plan.name().quoted(), where.get().sql()));
    } catch (SQLException e) {
      if (!SqlFailures.isStatementAtFault(e)) {
        throw e;
      }
      connection.rollback(before);
      fail(
          true,
          Where.CODE,
          "Postgres refuses where of %s: %s".formatted(stream, SqlFailures.firstLine(e)),
          nearest(where.get()).orElse("mend the condition"));
    }
  }

  private Optional<String> nearest(Where where) {
    List<String> names = plan.table().columns().stream().map(ColumnInfo::name).toList();
    return where.columns().stream()
        .filter(column -> !names.contains(column))
        .findFirst()
        .flatMap(column -> NearestName.of(column, names))
        .map(near -> "did you mean " + near + "?");
  }

  private void pushDown(String what, PushDown where) {
    switch (where) {
      case PushDown.None ignored -> {}
      case PushDown.Pushed(List<String> beyond) ->
          findings.add(
              Finding.ok(
                  "source/push-down",
                  stream,
                  beyond.isEmpty()
                      ? what + " takes effect in Postgres"
                      : "%s takes effect in Postgres, but for %s, which where reads"
                          .formatted(what, String.join(", ", beyond))));
      case PushDown.Local(String reason, String mend) ->
          findings.add(
              Finding.info(
                  "source/push-down",
                  stream,
                  "%s takes effect in ingest: %s".formatted(what, reason),
                  mend));
    }
  }

  private void largeValues() {
    Integer partitions = plan.spec().partitions();
    boolean split = partitions != null && partitions > 1;
    List<String> large =
        plan.table().columns().stream()
            .filter(c -> c.toastable() && plan.schema().indexOf(c.name()) >= 0)
            .map(ColumnInfo::name)
            .toList();
    boolean updates = plan.target() == TablePlan.Target.ALL_CHANGES;
    if (updates && (split || plan.rows().isLocal()) && !large.isEmpty() && !plan.table().isFull()) {
      findings.add(
          Finding.warning(
              "source/large-values",
              stream,
              "unchanged large values of %s are not in the log, and %s needs them"
                  .formatted(
                      String.join(", ", large),
                      split ? "a stream of several partitions" : "a filter in ingest"),
              "ALTER TABLE %s REPLICA IDENTITY FULL;".formatted(plan.name().quoted())));
    }
  }

  private void columns() {
    List<String> texts =
        plan.schema().columns().stream()
            .filter(TableChecks::isNumericAsText)
            .map(Column::name)
            .toList();
    if (!texts.isEmpty()) {
      findings.add(
          Finding.warning(
              "source/numeric-as-text",
              stream,
              "numeric without a precision up to 38 becomes text: " + String.join(", ", texts),
              "columns: [{name: %s, as: \"decimal(38,9)\"}]".formatted(texts.get(0))));
    }
    List<String> left =
        plan.table().columns().stream()
            .filter(c -> !c.streamable(publications.server()))
            .map(ColumnInfo::name)
            .toList();
    if (!left.isEmpty() && plan.spec().columns() == null) {
      findings.add(
          Finding.info(
              "source/generated-column",
              stream,
              "generated columns are not replicated: " + String.join(", ", left),
              ""));
    }
    List<String> opaque =
        plan.schema().columns().stream()
            .filter(c -> !ArrowTypes.decodesBinary(c.type()))
            .map(Column::name)
            .toList();
    if (!opaque.isEmpty()) {
      findings.add(
          Finding.info(
              "source/text-session",
              stream,
              "types of %s are read as text, and so is the whole log: slower"
                  .formatted(String.join(", ", opaque)),
              "leave them out by columns:"));
    }
  }

  private static boolean isNumericAsText(Column column) {
    if (column.as() != null
        || !(column.type().unwrapped() instanceof PgType.Base base)
        || base.oid() != NUMERIC) {
      return false;
    }
    int packed = base.typmod() - 4;
    int precision = packed >>> 16 & 0xFFFF;
    // Eleven bits, signed.
    int scale = ((packed & 0x7FF) ^ 1024) - 1024;
    return base.typmod() < 4 || precision > 38 || scale < 0 || scale > precision;
  }

  private void fail(boolean failed, String code, String message, String mend) {
    if (failed) {
      findings.add(Finding.failure(code, stream, message, mend));
    }
  }
}
