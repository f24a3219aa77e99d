package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.StreamWriter;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Claims partitions. A destination whose offset leads nowhere any more is given the place at which
 * a newer generation begins, once the log has one: that is what {@code rapidbyte resync} makes.
 * Until then the claim fails, to be tried again.
 *
 * <p>Killed anywhere in between it begins again: the swap is one transaction of the destination,
 * and before it nothing has changed but the fence.
 *
 * @param former the topic that the table was filled from before transforms were added or removed:
 *     what stands in it goes only with a generation that is newer than what came from there
 */
record Seating(String stream, Optional<String> former, KafkaLogs logs) {
  /**
   * A claim from which the log can be read on.
   *
   * @param seat where the destination was given a new place
   */
  record Seated(PartitionId partition, Claim claim, Optional<Seat> seat) {}

  /**
   * Claims.
   *
   * @param lost what the destination itself said is gone, when something was applied last
   * @throws RapidbyteException where destination and log do not meet and there is no newer
   *     generation
   */
  Seated claim(StreamWriter writer, TopicPartition topicPartition, Optional<ErrorInfo> lost) {
    PartitionId partition = logs.identify(topicPartition);
    int before = heldBefore(writer, topicPartition);
    Claim claim = writer.claim(partition);
    LogBounds bounds = logs.bounds(topicPartition);
    Optional<ErrorInfo> obstacle =
        LogCheck.damage(stream, claim)
            .or(() -> LogCheck.former(stream, before, claim.generations().held()))
            .or(
                () ->
                    LogCheck.obstacle(
                        stream, partition, claim.holder(), claim.nextOffset(), bounds));
    if (obstacle.isEmpty() && lost.isEmpty()) {
      return new Seated(partition, claim, Optional.empty());
    }
    int held = Math.max(before, claim.generations().held());
    Optional<Seat> seat = logs.newerGeneration(topicPartition, bounds, held);
    if (seat.isPresent()) {
      Failpoint.hit("sink.reseat");
      if (!writer.reseat(partition, claim.fence(), seat.get())) {
        throw new RapidbyteException(overtaken(partition));
      }
      Failpoint.hit("sink.reseat");
      return new Seated(partition, writer.claim(partition), seat);
    }
    if (obstacle.isPresent()) {
      throw new RapidbyteException(obstacle.get().with("generation", Integer.toString(held)));
    }
    // Somebody may have put back what was gone.
    return new Seated(partition, claim, seat);
  }

  /** The newest generation of which the table has rows from the stream's other topic. */
  private int heldBefore(StreamWriter writer, TopicPartition now) {
    return former
        .map(topic -> logs.identify(new TopicPartition(topic, now.partition())))
        .map(partition -> writer.claim(partition).generations().held())
        .orElse(0);
  }

  private static ErrorInfo overtaken(PartitionId partition) {
    return ErrorInfo.passing(
        Category.TRANSIENT,
        Scope.STREAM,
        "sink/overtaken",
        "another member has claimed " + partition + " meanwhile",
        Backoff.FAST);
  }
}
