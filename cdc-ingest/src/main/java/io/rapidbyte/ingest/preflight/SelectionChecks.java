package io.rapidbyte.ingest.preflight;

import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.NearestName;
import io.rapidbyte.ingest.publish.PublicationPlan;
import io.rapidbyte.ingest.publish.TablePlan;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether what the pipeline names is there, and each stream has a topic of its own. Pure. */
final class SelectionChecks {
  private static final String MISSING = "source/table-missing";
  private static final String SKIPPED = "source/table-skipped";

  private SelectionChecks() {}

  static List<Finding> check(PipelineSpec spec, Discovery discovery, PublicationPlan plan) {
    List<Finding> findings = new ArrayList<>();
    for (StreamSpec stream : spec.streams()) {
      findings.addAll(stream.isPattern() ? pattern(stream, discovery) : exact(stream, discovery));
    }
    findings.addAll(topics(spec, plan));
    plan.refusals().forEach(r -> findings.add(Finding.of(r.table().toString(), r.error())));
    return findings;
  }

  private static List<Finding> exact(StreamSpec stream, Discovery discovery) {
    String name = stream.table();
    if (discovery.tables().stream().anyMatch(t -> t.name().toString().equals(name))) {
      return List.of();
    }
    Optional<Discovery.Skipped> skipped =
        discovery.skipped().stream().filter(s -> s.name().toString().equals(name)).findFirst();
    if (skipped.isPresent()) {
      return List.of(
          Finding.failure(
              SKIPPED, name, name + " " + skipped.get().reason(), "take it out of streams"));
    }
    List<String> names = discovery.tables().stream().map(t -> t.name().toString()).toList();
    return List.of(
        Finding.failure(
            MISSING,
            name,
            "table " + name + " does not exist, or is a partition",
            NearestName.of(name, names)
                .map(near -> "did you mean " + near + "?")
                .orElse("run rapidbyte discover to see the tables")));
  }

  private static List<Finding> pattern(StreamSpec stream, Discovery discovery) {
    List<Finding> findings = new ArrayList<>();
    StreamSelection alone = new StreamSelection(List.of(stream));
    if (discovery.tables().stream().noneMatch(t -> alone.settingsFor(t.name()).isPresent())) {
      findings.add(
          Finding.warning(
              MISSING,
              stream.table(),
              "pattern " + stream.table() + " matches no table",
              "run rapidbyte discover to see the tables"));
    }
    for (Discovery.Skipped skipped : discovery.skipped()) {
      if (alone.settingsFor(skipped.name()).isPresent()) {
        findings.add(
            Finding.info(
                SKIPPED,
                skipped.name().toString(),
                skipped.name() + " " + skipped.reason() + ", and is left out",
                ""));
      }
    }
    return findings;
  }

  /** Kafka takes dots and underscores for alike. */
  private static List<Finding> topics(PipelineSpec spec, PublicationPlan plan) {
    Map<String, String> owners = new HashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (TablePlan table : plan.tables()) {
      String named = table.spec().topic();
      String topic = named == null ? spec.topics().stream(table.name()) : named;
      String stream = table.name().toString();
      for (String suffix : List.of("", ".out", ".dlq")) {
        String other = owners.putIfAbsent((topic + suffix).replace('.', '_'), stream);
        if (other != null && !other.equals(stream)) {
          findings.add(
              Finding.failure(
                  "source/topic-collision",
                  stream,
                  "the topics of %s and %s are the same to Kafka".formatted(other, stream),
                  "give %s another name by topic:".formatted(stream)));
          break;
        }
      }
    }
    return findings;
  }
}
