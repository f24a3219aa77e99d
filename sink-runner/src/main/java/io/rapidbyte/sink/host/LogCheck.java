package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a destination's offset still leads into the log that it is to be read from. */
final class LogCheck {
  private LogCheck() {}

  /** What is wrong with the bookkeeping itself, as far as can be seen. */
  static Optional<ErrorInfo> damage(String stream, Claim claim) {
    if (claim.nextOffset() < 0) {
      return damaged(stream, "it does not know how far " + claim.holder() + " is applied");
    }
    return Stream.concat(claim.dead().stream(), claim.held().values().stream())
        .filter(key -> !key.isEmpty() && !DeadLetter.isReadable(key.getBytes(UTF_8)))
        .findFirst()
        .flatMap(key -> damaged(stream, "a key in it is no JSON: " + key));
  }

  /** What a damaged bookkeeping is told as. */
  static Optional<ErrorInfo> damaged(String stream, String how) {
    return resync(stream, "the destination's bookkeeping (schema _rapidbyte) is damaged: " + how);
  }

  /**
   * Whether the table holds rows that came on the other side of the stream's transforms.
   *
   * @param before the newest generation of these
   * @param held the newest generation that came from the topic that is read now
   */
  static Optional<ErrorInfo> former(String stream, int before, int held) {
    return before <= held
        ? Optional.empty()
        : resync(
            stream,
            "its first transforms were added, or its last removed, and its table is as it was"
                + " before");
  }

  /**
   * What stands in the way of going on at {@code next}, if anything does.
   *
   * @param asked the partition as Kafka names it
   * @param holder the partition as the destination's bookkeeping names it
   */
  static Optional<ErrorInfo> obstacle(
      String stream, PartitionId asked, PartitionId holder, long next, LogBounds bounds) {
    if (!holder.clusterId().equals(asked.clusterId())) {
      return resync(
          stream,
          "the destination was filled from Kafka cluster "
              + holder.clusterId()
              + ", and this is cluster "
              + asked.clusterId());
    }
    if (!holder.topicId().equals(asked.topicId())) {
      return resync(stream, "topic " + asked.topic() + " was deleted and created again");
    }
    if (bounds.start() > next) {
      return resync(
          stream,
          next == 0
              ? "the destination is empty, and retention has removed the first "
                  + bounds.start()
                  + " records of "
                  + asked
              : "retention has removed records of "
                  + asked
                  + " that the destination does not have: it needs "
                  + next
                  + ", the log starts at "
                  + bounds.start());
    }
    if (bounds.end() < next) {
      return resync(
          stream,
          "the log of "
              + asked
              + " ends at "
              + bounds.end()
              + ", before the destination's "
              + next);
    }
    return Optional.empty();
  }

  private static Optional<ErrorInfo> resync(String stream, String why) {
    return Optional.of(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.STREAM,
            Codes.SINK_RESYNC_REQUIRED,
            stream + " cannot go on: " + why,
            "copy it again: rapidbyte resync " + stream + "; it goes on by itself then"));
  }
}
