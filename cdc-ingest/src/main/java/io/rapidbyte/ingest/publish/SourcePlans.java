package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.filter.RowFilter;
import io.rapidbyte.ingest.filter.Where;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** From what is published to what a run reads. Pure. */
public final class SourcePlans {
  private SourcePlans() {}

  /**
   * What a run reads.
   *
   * @param outcome the publications as reconciled
   * @param entries of the tables in them
   */
  public static SourcePlan of(
      PipelineSpec pipeline,
      PublicationPlan plan,
      PublicationReconciler.Outcome outcome,
      Map<String, String> entries) {
    Long oid = outcome.oids().get(plan.main().name());
    if (oid == null) {
      throw new IllegalStateException("publication " + plan.main().name() + " is not reconciled");
    }
    return new SourcePlan(
        oid,
        plan.names().stream().filter(outcome.oids()::containsKey).toList(),
        plan.tables().stream().map(table -> stream(pipeline, table)).toList(),
        outcome.unpublished().stream().map(TableName::toString).collect(Collectors.toSet()),
        entries);
  }

  private static StreamPlan stream(PipelineSpec pipeline, TablePlan plan) {
    String named = plan.spec().topic();
    Integer partitions = plan.spec().partitions();
    Optional<RowFilter> filter =
        plan.rows().isLocal() ? plan.where().flatMap(Where::filter) : Optional.empty();
    return new StreamPlan(
        plan.table().oid(),
        plan.schema(),
        named == null ? pipeline.topics().stream(plan.name()) : named,
        partitions == null ? 1 : partitions,
        filter,
        plan.where().map(Where::sql),
        plan.target() == TablePlan.Target.INSERTS_ONLY);
  }
}
