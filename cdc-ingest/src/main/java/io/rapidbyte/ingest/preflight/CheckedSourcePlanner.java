package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.SourcePlanner;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.publish.OlderTransactions;
import io.rapidbyte.ingest.publish.PublicationEntries;
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
import java.util.Map;
import java.util.Objects;

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
    return SourcePlans.of(pipeline, plan, outcome, PublicationEntries.read(sql, plan.names()));
  }

  private PublicationPlan declared(Connection sql) {
    return PublicationPlanner.plan(pipeline, new CatalogReader(sql).discover());
  }

  @Override
  public Map<String, String> publish(Connection sql, SourcePlan plan) {
    PublicationPlan declared = declared(sql);
    Outcome outcome = new PublicationReconciler(sql).reconcile(declared, false);
    Map<String, String> entries = PublicationEntries.read(sql, declared.names());
    requireOurs(plan, outcome, entries);
    await(sql, declared, outcome);
    return entries;
  }

  /** What was altered between the look at the publications and their mend has lost changes. */
  private static void requireOurs(SourcePlan plan, Outcome outcome, Map<String, String> entries) {
    for (StreamPlan stream : plan.streams()) {
      String name = stream.stream();
      boolean lacks = outcome.unpublished().contains(stream.table());
      boolean same = Objects.equals(plan.entries().get(name), entries.get(name));
      if ((lacks && !plan.unpublished().contains(name))
          || (!same && !outcome.changed().contains(stream.table()))) {
        throw new RapidbyteException(
            ErrorInfo.passing(
                Category.TRANSIENT,
                Scope.STREAM,
                PublicationReconciler.ALTERED,
                "somebody altered how %s is published while the pipeline began".formatted(name),
                Backoff.FAST));
      }
    }
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
