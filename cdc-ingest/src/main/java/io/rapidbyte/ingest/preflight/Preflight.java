package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.ingest.publish.PublicationPlanner;
import io.rapidbyte.ingest.publish.TablePlan;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks at everything that a source must have for a pipeline. */
public final class Preflight {
  private Preflight() {}

  /**
   * What was found.
   *
   * @param streams as they would begin now; none where the server does not say
   */
  public record Report(List<Finding> findings, List<StreamSchema> streams) {
    public Report {
      findings = List.copyOf(findings);
      streams = List.copyOf(streams);
    }

    private static Report of(Finding finding) {
      return new Report(List.of(finding), List.of());
    }
  }

  /** Connects and checks; a connection that cannot be had is a finding too. */
  public static List<Finding> check(PipelineSpec spec) {
    return look(spec).findings();
  }

  /** The same, with the streams that the tables make. */
  public static Report look(PipelineSpec spec) {
    PostgresSessions sessions =
        new PostgresSessions(spec.source().address(), "rapidbyte check " + spec.pipeline());
    try (Connection connection = sessions.sql()) {
      return look(spec, connection);
    } catch (RapidbyteException e) {
      return Report.of(Finding.of("connection", e.error()));
    } catch (SQLException e) {
      return Report.of(Finding.of("connection", SqlFailures.classify(e, "closing the connection")));
    }
  }

  /**
   * Checks over a connection of the pipeline's own role, in autocommit mode.
   *
   * @return every finding: server and role first, then streams by name
   * @throws RapidbyteException where the server stops answering
   */
  public static List<Finding> check(PipelineSpec spec, Connection connection) {
    return look(spec, connection).findings();
  }

  private static Report look(PipelineSpec spec, Connection connection) {
    try {
      // One moment's picture: a table that is dropped meanwhile is there in all of it.
      connection.setAutoCommit(false);
      try {
        Queries.run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        return within(spec, connection);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "checking " + spec.source().address().display());
    }
  }

  private static Report within(PipelineSpec spec, Connection connection) throws SQLException {
    ServerVersion version = ServerVersion.of(connection);
    List<Finding> findings =
        new ArrayList<>(ServerChecks.check(spec.source(), version, connection));
    if (version.major() < ServerVersion.OLDEST_MAJOR) {
      return new Report(findings, List.of());
    }
    Discovery discovery = new CatalogReader(connection).discover();
    PublicationPlan plan = PublicationPlanner.plan(spec, discovery);
    findings.addAll(SelectionChecks.check(spec, discovery, plan));
    findings.addAll(PublicationChecks.check(plan, connection));
    findings.add(SchemaEventChecks.check(spec, connection));
    findings.addAll(EngineChecks.check(spec, plan, connection));
    findings.addAll(TableChecks.check(plan, connection));
    return new Report(findings, plan.tables().stream().map(TablePlan::schema).toList());
  }
}
