package io.rapidbyte.app.board;

import io.rapidbyte.ingest.IngestObserver.Phase;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A board at a moment.
 *
 * @param streams by name
 * @param destinations in the file's order
 */
public record BoardView(
    String pipeline, Source source, List<Stream> streams, List<Destination> destinations) {
  public BoardView {
    streams = List.copyOf(streams);
    destinations = List.copyOf(destinations);
  }

  /**
   * The source's side.
   *
   * @param durable the end of the last transaction that Kafka holds
   * @param server the log's end, as last told
   * @param newestCommitMicros of the newest durable transaction, µs since 1970; 0 before the first
   * @param retainedBytes log that the slot keeps, where it was asked
   * @param slotLeft until the source invalidates the slot, where that can be foreseen
   * @param fault why it waits or has ended
   */
  public record Source(
      Phase phase,
      Lsn durable,
      Lsn server,
      long newestCommitMicros,
      long transactions,
      OptionalLong retainedBytes,
      Optional<Duration> slotLeft,
      Optional<ErrorInfo> fault) {
    /** Bytes of log that are not durable in Kafka yet. */
    public long lagBytes() {
      return server.isAfter(durable) ? server.bytesSince(durable) : 0;
    }
  }

  /**
   * A stream.
   *
   * @param rows durable in its topic
   * @param rejected by ingest
   * @param processing through its transforms, where it has some
   * @param deliveries by destination
   */
  public record Stream(
      String name,
      String topic,
      long rows,
      long bytes,
      long records,
      long rejected,
      Optional<Snapshot> snapshot,
      Optional<Processing> processing,
      Map<String, Delivery> deliveries) {
    public Stream {
      deliveries = Map.copyOf(deliveries);
    }

    /** Records that a destination has still to apply; 0 where none is told. */
    public long behind() {
      return deliveries.values().stream().mapToLong(Delivery::behind).max().orElse(0);
    }

    /** Rows that were not delivered, at any stage. */
    public long dead() {
      return rejected
          + processing.map(Processing::refused).orElse(0L)
          + deliveries.values().stream().mapToLong(Delivery::refused).sum();
    }

    /** Rows that every destination has; those in the topic where there is none. */
    public long applied() {
      return deliveries.values().stream().mapToLong(Delivery::rows).min().orElse(rows);
    }

    /** Whether every destination has what came of so many rows of the topic. */
    public boolean hasDelivered(long first) {
      return processing
          .map(each -> each.in() >= first && applied() >= each.out())
          .orElse(applied() >= first);
    }
  }

  /**
   * A stream's transforms.
   *
   * @param in rows that went in, since the process started
   * @param out rows that came out
   * @param refused rows left out
   * @param stopped why they do not go on
   */
  public record Processing(long in, long out, long refused, Optional<ErrorInfo> stopped) {
    static final Processing NONE = new Processing(0, 0, 0, Optional.empty());

    Processing worked(int more, int made) {
      return new Processing(in + more, out + made, refused, Optional.empty());
    }

    Processing refusedOne() {
      return new Processing(in, out, refused + 1, stopped);
    }

    Processing stopped(ErrorInfo error) {
      return new Processing(in, out, refused, Optional.of(error));
    }

    Processing started() {
      return new Processing(in, out, refused, Optional.empty());
    }
  }

  /**
   * A snapshot.
   *
   * @param estimated rows; -1 where unknown
   */
  public record Snapshot(int generation, long rows, long estimated, boolean done) {}

  /**
   * A stream in a destination.
   *
   * @param rows applied, refused ones included
   * @param refused rows left out
   * @param letters sent to the dead letter topic
   * @param behind records that are committed in Kafka and not applied
   * @param lastCommitMicros commit time of the newest change applied, µs since 1970; 0 before
   * @param stopped why it does not go on
   * @param waiting why it is tried again and again, where it may pass by itself
   */
  public record Delivery(
      long rows,
      long bytes,
      long groups,
      long refused,
      long letters,
      long behind,
      long lastCommitMicros,
      long lastAppliedMicros,
      Optional<ErrorInfo> stopped,
      Optional<ErrorInfo> waiting) {
    /** What somebody wants to know who wonders why nothing comes. */
    public Optional<ErrorInfo> fault() {
      return stopped.or(() -> waiting);
    }
  }

  /** What a destination as a whole is doing. */
  public enum State {
    STARTING,
    RUNNING,
    RETRYING,
    FAILED
  }

  /** A destination. */
  public record Destination(String name, State state, Optional<ErrorInfo> fault) {}

  /** Why nothing is delivered, where every stream of every destination waits for a resync. */
  public Optional<ErrorInfo> resyncNeeded() {
    List<Delivery> all =
        streams.stream().flatMap(stream -> stream.deliveries().values().stream()).toList();
    List<ErrorInfo> lost =
        streams.stream()
            .flatMap(stream -> stream.processing().stream())
            .flatMap(each -> each.stopped().stream())
            .filter(Codes::needsResync)
            .toList();
    if (all.isEmpty() && !lost.isEmpty()) {
      return Optional.of(lost.getFirst());
    }
    boolean none =
        all.stream().allMatch(each -> each.stopped().filter(Codes::needsResync).isPresent());
    return none ? all.stream().findFirst().flatMap(Delivery::stopped) : Optional.empty();
  }
}
