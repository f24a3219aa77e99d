package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.SourcePlanner;
import io.rapidbyte.ingest.publish.OlderTransactions;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.ingest.publish.PublicationPlanner;
import io.rapidbyte.ingest.publish.PublicationReconciler;
import io.rapidbyte.ingest.publish.PublicationReconciler.Outcome;
import io.rapidbyte.ingest.publish.SourcePlans;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.sql.Connection;
import java.time.Duration;

/** Preflight, plan, reconciled publications: what a run does before it reads anything. */
public final class CheckedSourcePlanner implements SourcePlanner {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final PipelineSpec pipeline;

  /** Plans for one pipeline. */
  public CheckedSourcePlanner(PipelineSpec pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public SourcePlan plan(Connection sql, boolean mayCreate) {
    Finding.requireNone(Preflight.check(pipeline, sql));
    PublicationPlan plan = declared(sql);
    PublicationReconciler publications = new PublicationReconciler(sql);
    // A new slot waits for older transactions by itself.
    Outcome outcome = mayCreate ? publications.reconcile(plan, true) : publications.preview(plan);
    return SourcePlans.of(pipeline, plan, outcome);
  }

  private PublicationPlan declared(Connection sql) {
    return PublicationPlanner.plan(pipeline, new CatalogReader(sql).discover());
  }

  @Override
  public void publish(Connection sql) {
    PublicationPlan plan = declared(sql);
    await(sql, plan, new PublicationReconciler(sql).reconcile(plan, false));
  }

  private static void await(Connection sql, PublicationPlan plan, Outcome outcome) {
    try {
      if (outcome.isChanged()) {
        OlderTransactions.await(sql, WAIT);
      }
      for (String name : plan.names()) {
        OlderTransactions.awaitSinceLastChange(sql, name, WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RapidbyteException(
          ErrorInfo.passing(
              Category.TRANSIENT,
              Scope.STREAM,
              OlderTransactions.STILL_RUNNING,
              "stopped while older transactions still ran",
              Backoff.FAST),
          e);
    }
  }
}
