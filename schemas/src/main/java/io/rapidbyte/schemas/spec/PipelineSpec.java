package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.topic.TopicNames;
import java.util.List;

/** A whole pipeline.yaml, checked as far as it can be without asking the source. */
public record PipelineSpec(
    String pipeline,
    KafkaSpec kafka,
    SourceSpec source,
    List<StreamSpec> streams,
    List<DestinationSpec> destinations,
    PolicySpec policies,
    LimitSpec limits) {
  public PipelineSpec {
    streams = List.copyOf(streams);
    destinations = List.copyOf(destinations);
  }

  /** The pipeline's names in Kafka. */
  public TopicNames topics() {
    return new TopicNames(pipeline);
  }
}
