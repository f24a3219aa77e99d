package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.AppliedStream;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which streams must be copied again, because the log alone does not lead to what is wanted. */
final class Renewals {
  private Renewals() {}

  /**
   * By what each stream of a plan is chosen.
   *
   * @param partitions of partitioned tables, by the root's OID
   */
  static Map<String, AppliedStream> wanted(
      SourcePlan plan, PipelineSpec pipeline, Map<Integer, Map<Integer, Long>> partitions) {
    return plan.streams().stream()
        .map(
            stream ->
                AppliedStream.of(
                    stream,
                    pipeline,
                    plan.entries().getOrDefault(stream.stream(), ""),
                    partitions.getOrDefault(stream.relationOid(), Map.of())))
        .collect(Collectors.toMap(AppliedStream::stream, Function.identity()));
  }

  /**
   * The streams, and why. Pure.
   *
   * @param before by what the rows in the topics were chosen; a stream of which that is not known
   *     goes on
   * @param wanted by what they are to be chosen
   * @param trimmed topics that retention has taken the beginning of
   */
  static Map<String, String> of(
      SourcePlan plan,
      Progress progress,
      Map<String, AppliedStream> before,
      Map<String, AppliedStream> wanted,
      Set<String> trimmed) {
    Map<String, String> reasons = new TreeMap<>();
    for (StreamPlan stream : plan.streams()) {
      String name = stream.stream();
      SnapshotState state = progress.snapshots().get(name);
      AppliedStream old = before.get(name);
      AppliedStream now = wanted.get(name);
      if (state == null) {
        continue; // it is new, and copied anyway
      }
      Optional<String> why = old == null || now == null ? Optional.empty() : now.widens(old);
      boolean lacks = plan.unpublished().contains(name) && state.phase() != Phase.PENDING;
      if (why.isEmpty() && lacks) {
        why = Optional.of("some of its changes were not published");
      }
      if (why.isEmpty() && old != null && now != null && trimmed.contains(stream.topic())) {
        why =
            now.addedDestination(old)
                .map(d -> "destination " + d + " is new, and retention has taken rows it needs");
      }
      why.ifPresent(reason -> reasons.put(name, reason));
    }
    return reasons;
  }
}
