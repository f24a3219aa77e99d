package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.topic.TopicNames;
import java.util.List;

/** A whole pipeline.yaml, checked as far as it can be without asking the source. */
public record PipelineSpec(
    String pipeline,
    KafkaSpec kafka,
    SourceSpec source,
    List<StreamSpec> streams,
    List<TransformSpec> transforms,
    List<DestinationSpec> destinations,
    PolicySpec policies,
    LimitSpec limits) {
  public PipelineSpec {
    streams = List.copyOf(streams);
    transforms = List.copyOf(transforms);
    destinations = List.copyOf(destinations);
  }

  /** A pipeline without transforms. */
  public PipelineSpec(
      String pipeline,
      KafkaSpec kafka,
      SourceSpec source,
      List<StreamSpec> streams,
      List<DestinationSpec> destinations,
      PolicySpec policies,
      LimitSpec limits) {
    this(pipeline, kafka, source, streams, List.of(), destinations, policies, limits);
  }

  /** The transforms of a table's stream, in their order; none where it is delivered as it is. */
  public List<TransformSpec> transformsOf(TableName table) {
    return transforms.stream()
        .filter(
            each ->
                each.streams().isEmpty()
                    || each.streams().stream()
                        .anyMatch(name -> StreamSelection.matches(name, table)))
        .toList();
  }

  /** What stands in messages for one of {@link #transforms}, such as {@code transforms[2]}. */
  public String placeOf(TransformSpec transform) {
    for (int i = 0; i < transforms.size(); i++) {
      if (isSame(transforms.get(i), transform)) {
        return "transforms[" + i + "]";
      }
    }
    throw new IllegalArgumentException("a transform of another pipeline");
  }

  /** Two entries may be alike, and yet stand at two places. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(TransformSpec one, TransformSpec other) {
    return one == other;
  }

  /** The pipeline's names in Kafka. */
  public TopicNames topics() {
    return new TopicNames(pipeline);
  }
}
