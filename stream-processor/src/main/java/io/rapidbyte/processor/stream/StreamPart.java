package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.topic.TopicNames;
import java.util.List;

/**
 * A stream that has transforms.
 *
 * @param topic the stream's own
 * @param topicId tells the topic from a later one of its name
 * @param known what was told of it behind its transforms so far
 */
record StreamPart(
    PipelineSpec pipeline,
    TableName table,
    String topic,
    String topicId,
    List<ProcessedDocument> known) {
  StreamPart {
    known = List.copyOf(known);
  }

  String stream() {
    return table.toString();
  }

  /** The processed topic: the stream's own topic's name and a suffix. */
  String processed() {
    return TopicNames.processed(topic);
  }

  String letters() {
    return pipeline.topics().deadLetters(table);
  }

  String application() {
    return pipeline.topics().processApplication(table);
  }

  /** The topic of a route beside the processed one. */
  String route(String name) {
    return processed() + "." + name;
  }
}
