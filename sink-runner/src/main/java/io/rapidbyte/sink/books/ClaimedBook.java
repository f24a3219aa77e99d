package io.rapidbyte.sink.books;

import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.sink.kafka.KafkaFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's books under a claim. Each change is one Kafka transaction; once one has failed or
 * was fenced, nothing more is written under this claim. One thread at a time.
 */
public final class ClaimedBook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedBook.class);
  private static final long OUTBOX_BYTES = 16L * 1024 * 1024;

  private final String topic;
  private final Book book;
  private final Producer<byte[], byte[]> producer;
  private boolean over;

  ClaimedBook(String topic, Book book, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.book = book;
    this.producer = producer;
  }

  void claim(PartitionId partition) {
    if (!write(book.claimed(partition))) {
      throw KafkaFailures.failure(
          "claim " + partition, new KafkaException("another member claims it at the same time"));
    }
  }

  /** What the claim found, and what has been added since. */
  public Claim claim() {
    return book.claim();
  }

  /** How far the partition is applied. */
  public Page page() {
    return book.page();
  }

  /** Whether a group may be applied under this claim, as far as can be told without asking. */
  public boolean holds(PartitionId partition, long fence) {
    return !over && book.page().fence() == fence && book.page().holder().equals(partition);
  }

  /** Writes what is behind a group; false where another member has claimed the partition. */
  public boolean advance(Group group) {
    return write(book.advanced(group));
  }

  /** Writes marks and letters alone; false where another member has claimed the partition. */
  public boolean settle(Undelivered undelivered) {
    List<Entry> entries = book.settled(undelivered);
    return entries.isEmpty() || write(entries);
  }

  /** Swaps the place; false where another member has claimed the partition. */
  public boolean reseat(PartitionId partition, Seat seat) {
    return write(book.seated(partition, seat));
  }

  /** Letters that do not wait, oldest first. */
  public List<DeadLetter> outbox(int limit) {
    return book.outbox(limit, OUTBOX_BYTES);
  }

  /** Letters were sent. False where another member has claimed the partition. */
  public boolean sent(Collection<String> ids) {
    List<Entry> entries = book.without(ids);
    return entries.isEmpty() || write(entries);
  }

  private boolean write(List<Entry> entries) {
    if (over) {
      return false;
    }
    boolean committing = false;
    try {
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Entry entry : entries) {
        byte[] value = entry.recordValue().orElse(null);
        sent.add(producer.send(new ProducerRecord<>(topic, 0, entry.recordKey(), value)));
      }
      producer.flush();
      LOG.trace("{} entries of {}", sent.size(), topic);
      committing = true;
      producer.commitTransaction();
    } catch (InterruptException e) {
      close();
      throw e;
    } catch (KafkaException e) {
      close();
      if (isFenced(e)) {
        return false;
      }
      RapidbyteException failure = KafkaFailures.failure("write to " + topic, e);
      throw committing
          ? new RapidbyteException(
              failure.error().withCommitState(CommitState.AFTER_COMMIT_UNKNOWN), e)
          : failure;
    }
    entries.forEach(book::take);
    return true;
  }

  private static boolean isFenced(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  /** Gives the claim up. Idempotent; what is under way is aborted. */
  @Override
  public void close() {
    if (!over) {
      over = true;
      producer.close(Duration.ZERO);
    }
  }
}
