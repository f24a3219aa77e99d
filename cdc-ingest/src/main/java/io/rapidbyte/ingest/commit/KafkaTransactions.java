package io.rapidbyte.ingest.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.ProgressJson;
import io.rapidbyte.schemas.topic.TopicNames;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The transactional producer. One thread after {@link #open}. Every failure is final for the
 * instance: what a failed commit left is known only to the next one's {@link #open}.
 */
public final class KafkaTransactions implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String progressTopic;
  private volatile @Nullable Exception sendFailure;

  private KafkaTransactions(KafkaProducer<byte[], byte[]> producer, TopicNames names) {
    this.producer = producer;
    this.progressTopic = names.progress();
  }

  /**
   * Fences every other holder of the pipeline's transactional id, and waits until what it left is
   * committed or aborted.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Kafka cannot be reached or refuses
   */
  public static KafkaTransactions open(KafkaSettings settings, TopicNames names) {
    KafkaProducer<byte[], byte[]> producer = null;
    try {
      producer = new KafkaProducer<>(settings.producer(names.ingestTransactionalId()));
      producer.initTransactions();
      return new KafkaTransactions(producer, names);
    } catch (KafkaException e) {
      if (producer != null) {
        producer.close(CLOSE);
      }
      throw KafkaFailures.of(
          e, "taking over the pipeline's Kafka transactions", CommitState.BEFORE_COMMIT);
    }
  }

  void begin() {
    guarded("beginning a Kafka transaction", CommitState.BEFORE_COMMIT, producer::beginTransaction);
  }

  void send(OutRecord record) {
    send(
        new ProducerRecord<>(
            record.topic(),
            record.partition(),
            null,
            record.key(),
            record.value(),
            record.headers()));
    Exception failure = sendFailure;
    if (failure != null) {
      throw KafkaFailures.of(failure, "sending to Kafka", CommitState.BEFORE_COMMIT);
    }
  }

  /** Commits what was sent, and {@code progress} with it; it is durable when this returns. */
  void commit(Progress progress) {
    byte[] key = ProgressJson.KEY.getBytes(UTF_8);
    send(new ProducerRecord<>(progressTopic, 0, key, ProgressJson.write(progress)));
    guarded("committing to Kafka", CommitState.AFTER_COMMIT_UNKNOWN, producer::commitTransaction);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback and the commit hear of failures
  private void send(ProducerRecord<byte[], byte[]> record) {
    guarded(
        "sending to " + record.topic(),
        CommitState.BEFORE_COMMIT,
        () -> producer.send(record, (metadata, failure) -> noteFailure(failure)));
  }

  private void noteFailure(@Nullable Exception failure) {
    if (failure != null && sendFailure == null) {
      sendFailure = failure;
    }
  }

  private static void guarded(String doing, CommitState state, Runnable call) {
    try {
      call.run();
    } catch (KafkaException e) {
      throw KafkaFailures.of(e, doing, state);
    } catch (IllegalStateException e) {
      // The producer is in a state that a failure before this call left it in.
      throw KafkaFailures.of(e, doing, state);
    }
  }

  /** Closes without committing; what is open is aborted by whoever comes next. */
  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
