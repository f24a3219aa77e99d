package io.rapidbyte.sink.wasm;

import io.rapidbyte.sink.destination.PartitionId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a destination has a partition, as it stores it with the data: opaque to the module.
 *
 * @param next the first record that it does not have
 */
record Token(String topicId, int partition, long next) {
  private static final Pattern FORM =
      Pattern.compile("1:([A-Za-z0-9_-]{1,64}):(\\d{1,9}):(\\d{1,18})");

  static Token of(PartitionId partition, long next) {
    return new Token(partition.topicId(), partition.partition(), next);
  }

  /** Reads what {@link #text} made. */
  static Optional<Token> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Token(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /** Whether it is about that partition of that very topic. */
  boolean isOf(PartitionId other) {
    return topicId.equals(other.topicId()) && partition == other.partition();
  }

  String text() {
    return "1:" + topicId + ":" + partition + ":" + next;
  }
}
