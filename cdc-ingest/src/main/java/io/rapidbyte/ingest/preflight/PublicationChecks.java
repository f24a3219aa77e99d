package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.publish.Publication;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the role can bring the publications to the declared state. */
final class PublicationChecks {
  private static final String SUBJECT = "publication";

  private record Present(boolean allTables, boolean owned) {}

  private PublicationChecks() {}

  static List<Finding> check(PublicationPlan plan, Connection connection) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    boolean mayCreate =
        Queries.one(
            connection,
            "SELECT has_database_privilege(current_database(), 'CREATE')",
            row -> row.getBoolean(1));
    for (Publication publication : plan.publications()) {
      Optional<Present> present =
          Queries.all(
                  connection,
                  "SELECT puballtables, pg_has_role(pubowner, 'USAGE') AS owned"
                      + " FROM pg_publication WHERE pubname = ?",
                  row -> new Present(row.getBoolean("puballtables"), row.getBoolean("owned")),
                  publication.name())
              .stream()
              .findFirst();
      boolean needed = !publication.insertsOnly() || !publication.tables().isEmpty();
      if (present.isPresent()) {
        findings.add(existing(publication, present.get()));
      } else if (needed && !mayCreate) {
        findings.add(
            Finding.failure(
                "source/publication-privilege",
                SUBJECT,
                "the role may not create publication " + publication.name(),
                "GRANT CREATE ON DATABASE %s TO %s; or let an owner run: %s;"
                    .formatted(
                        quoted(connection, "current_database()"),
                        quoted(connection, "current_user"),
                        publication.createSql(plan.server()))));
      } else if (needed) {
        findings.add(
            Finding.ok(
                "source/publication",
                SUBJECT,
                "publication %s will be created".formatted(publication.name())));
      }
    }
    return findings;
  }

  private static Finding existing(Publication publication, Present present) {
    String name = publication.name();
    if (present.allTables) {
      return Finding.failure(
          "source/publication-not-ours",
          SUBJECT,
          "publication %s exists FOR ALL TABLES".formatted(name),
          "name another in source.publication, or DROP PUBLICATION %s;"
              .formatted(TableName.quote(name)));
    } else if (!present.owned) {
      return Finding.info(
          "source/publication",
          SUBJECT,
          "publication %s belongs to another role: where it differs from the pipeline, its owner must alter it"
              .formatted(name),
          "");
    }
    return Finding.ok("source/publication", SUBJECT, "publication %s exists".formatted(name));
  }

  private static String quoted(Connection connection, String expression) throws SQLException {
    return Queries.one(
        connection, "SELECT quote_ident((" + expression + ")::text)", row -> row.getString(1));
  }
}
