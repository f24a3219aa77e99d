package io.rapidbyte.sink;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Sees what a sink does. Called on the sink's threads, at the same time for different streams; must
 * return at once and not throw.
 */
public interface SinkObserver {
  /** Ignores everything. */
  SinkObserver NONE = new SinkObserver() {};

  /** The destination is open and streams are looked for. */
  default void opened() {}

  /** This process applies the partition now, from {@code nextOffset} on. */
  default void claimed(String stream, int partition, long nextOffset) {}

  /** The partition's place was lost; it goes on where {@code generation} begins. */
  default void reseated(String stream, int partition, int generation) {}

  /** Another member has the partition now, or nobody. */
  default void released(String stream, int partition) {}

  /** A group is durable in the destination. */
  default void applied(Group group) {}

  /** Records of the partition that are committed in Kafka and not yet applied. */
  default void behind(String stream, int partition, long records) {}

  /**
   * The log's beginning comes near to the destination's offset: {@code records} lie between.
   * Reported about once a minute.
   */
  default void retentionMargin(String stream, int partition, long records) {}

  /** A passing failure; the work is repeated after {@code delay}. */
  default void retrying(String stream, ErrorInfo error, int attempt, Duration delay) {}

  /** The stream is not applied until what is wrong is mended; it is tried again by itself. */
  default void stopped(String stream, ErrorInfo error) {}

  /** The stream goes on. */
  default void resumed(String stream) {}

  /** Another member raised the fence; what this one had is discarded. */
  default void fenced(String stream, int partition) {}

  /** A row was not delivered; {@code reason} is the first of {@code rows} alike. */
  default void undelivered(String stream, int rows, ErrorInfo reason) {}

  /** Dead letters are in their topic. */
  default void lettersSent(String stream, int letters) {}

  /**
   * A durable group.
   *
   * @param rows as read from the topic, refused ones included
   * @param bytes of the records' values
   * @param refused rows that were left out
   * @param commits the source's commit times of the rows, in log order, equal neighbours together;
   *     empty where the group had no rows
   * @param appliedAt when the destination's commit returned
   * @param took of the destination's work
   */
  record Group(
      String stream,
      int partition,
      int records,
      int rows,
      long bytes,
      int refused,
      long nextOffset,
      List<CommitTime> commits,
      Instant appliedAt,
      Duration took) {
    public Group {
      commits = List.copyOf(commits);
    }

    /** The source's commit time of the last change, µs since the epoch. */
    public OptionalLong lastCommitMicros() {
      return commits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(commits.getLast().micros());
    }
  }

  /**
   * Rows that were committed at the same time.
   *
   * @param micros since the epoch
   */
  record CommitTime(long micros, int rows) {}
}
