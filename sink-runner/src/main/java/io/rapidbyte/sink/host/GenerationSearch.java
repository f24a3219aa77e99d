package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.sink.destination.Seat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/**
 * Finds where the newest generation begins in a partition. Generations never go back in a
 * partition, so a few single records tell, however long the log is.
 */
final class GenerationSearch {
  private static final Duration POLL = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A record and the generation that it is of. */
  private record Probe(long offset, int generation, boolean begins) {}

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final LogBounds bounds;
  private boolean sawOlder;

  /** A search with a consumer of the caller's that belongs to no group. */
  GenerationSearch(Consumer<byte[], byte[]> consumer, TopicPartition partition, LogBounds bounds) {
    this.consumer = consumer;
    this.partition = partition;
    this.bounds = bounds;
    consumer.assign(List.of(partition));
  }

  /**
   * The beginning of the log's newest generation, where that is above {@code held} and the log has
   * it from its first record on; empty where there is none such, or retention may have taken a part
   * of it.
   */
  Optional<Seat> newerThan(int held) {
    Optional<Probe> last = last();
    if (last.isEmpty() || last.get().generation() <= held) {
      return Optional.empty();
    }
    Probe first = firstOf(last.get());
    boolean whole = first.begins() || sawOlder || bounds.start() == 0;
    return whole
        ? Optional.of(new Seat(first.offset(), last.get().generation()))
        : Optional.empty();
  }

  /** The last record; markers and what was aborted may lie behind it. */
  private Optional<Probe> last() {
    long back = 1;
    while (bounds.end() > bounds.start()) {
      long from = Math.max(bounds.start(), bounds.end() - back);
      Optional<Probe> found = lastFrom(from);
      if (found.isPresent() || from == bounds.start()) {
        return found;
      }
      back *= 2;
    }
    return Optional.empty();
  }

  private Optional<Probe> lastFrom(long offset) {
    Optional<Probe> last = Optional.empty();
    Optional<Probe> next = firstFrom(offset);
    while (next.isPresent()) {
      last = next;
      next = firstFrom(next.get().offset() + 1);
    }
    return last;
  }

  private Probe firstOf(Probe newest) {
    Probe first = newest;
    long from = bounds.start();
    long to = newest.offset();
    while (from < to) {
      long middle = from + (to - from) / 2;
      Probe found = firstFrom(middle).orElse(first);
      if (found.generation() < newest.generation()) {
        sawOlder = true;
        from = found.offset() + 1;
      } else {
        first = found;
        to = middle;
      }
    }
    return first;
  }

  /** The first record of ours at or behind an offset. */
  private Optional<Probe> firstFrom(long offset) {
    consumer.seek(partition, offset);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition) < bounds.end()) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException("no answer about " + partition + " at " + offset);
      }
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
        Optional<Probe> probe = probe(each);
        if (probe.isPresent()) {
          return probe;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Probe> probe(ConsumerRecord<byte[], byte[]> each) {
    try {
      int generation = Integer.parseInt(text(each, RecordHeaders.GENERATION));
      boolean begins = text(each, RecordHeaders.RANGE).equals(RecordHeaders.BEGIN);
      return Optional.of(new Probe(each.offset(), generation, begins));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String text(ConsumerRecord<byte[], byte[]> each, String name) {
    Header header = each.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), US_ASCII);
  }
}
