package io.rapidbyte.sink.destination;

/**
 * A partition of a topic, told apart from one of the same name that was created later or elsewhere.
 *
 * <p>In a destination's bookkeeping, topic and partition are the row's key (beside pipeline and
 * destination); cluster id and topic id are its content, written when the row is created.
 */
public record PartitionId(String topic, int partition, String clusterId, String topicId) {
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
