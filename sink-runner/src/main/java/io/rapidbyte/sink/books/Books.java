package io.rapidbyte.sink.books;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.kafka.KafkaFailures;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The books of one destination: a compacted topic with one partition. Who claims a partition of a
 * stream takes its transactional id, by which Kafka fences everybody who claimed it before. Any
 * thread.
 */
public final class Books implements AutoCloseable {
  private static final int MAX_ENTRY_BYTES = 96 * 1024 * 1024;
  private static final int TRANSACTION_MILLIS = 15_000;
  private static final long READ_NANOS = Duration.ofSeconds(30).toNanos();

  private final String topic;
  private final String member;
  private final Map<String, Object> client;
  private final Admin admin;

  /**
   * Opens books, and creates their topic where it is absent.
   *
   * @param member what transactional ids begin with
   * @param client bootstrap servers and security
   * @throws RapidbyteException where Kafka does not answer or refuses
   */
  public Books(String topic, String member, Map<String, Object> client) {
    this.topic = topic;
    this.member = member;
    this.client = Map.copyOf(client);
    this.admin = Admin.create(this.client);
    try {
      create();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void create() {
    NewTopic wanted =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(
                Map.of(
                    "cleanup.policy", "compact",
                    // A place is written with every group: what is old goes soon.
                    "segment.ms", "600000",
                    "segment.bytes", Integer.toString(16 * 1024 * 1024),
                    "min.cleanable.dirty.ratio", "0.1",
                    "max.message.bytes", Integer.toString(MAX_ENTRY_BYTES)));
    try {
      KafkaFailures.answer(
          "create topic " + topic,
          admin.createTopics(List.of(wanted)).all().toCompletionStage().toCompletableFuture());
    } catch (RapidbyteException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /**
   * Claims a partition: from its return on, nobody who claimed it before changes its books.
   *
   * @throws RapidbyteException where Kafka does not answer; retryable
   */
  public ClaimedBook claim(PartitionId partition) {
    KafkaProducer<byte[], byte[]> producer = producer(partition);
    try {
      producer.initTransactions();
      Book book = read(Entry.Place.of(partition));
      ClaimedBook claimed = new ClaimedBook(topic, book, producer);
      claimed.claim(partition);
      return claimed;
    } catch (InterruptException e) {
      producer.close(Duration.ZERO);
      throw e;
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw KafkaFailures.failure("claim " + partition + " in " + topic, e);
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  private KafkaProducer<byte[], byte[]> producer(PartitionId partition) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, member + "." + partition);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_ENTRY_BYTES);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_ENTRY_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * What stands there of a partition. All of it is read: its writers before us are fenced, so what
   * they committed is below the end as it is now. A transaction of another partition that is still
   * open holds us up until it ends.
   */
  private Book read(Entry.Place place) {
    TopicPartition partition = new TopicPartition(topic, 0);
    long end = end(partition);
    Book book = new Book(place);
    long patience = System.nanoTime() + READ_NANOS;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          if (each.key() != null) {
            Entry.read(each.key(), each.value()).ifPresent(book::take);
          }
        }
        if (System.nanoTime() - patience > 0) {
          throw new RapidbyteException(
              ErrorInfo.passing(
                  Category.TRANSIENT,
                  Scope.STREAM,
                  "sink/books-unread",
                  "the end of " + topic + " was not reached within 30 s",
                  io.rapidbyte.schemas.error.Backoff.NORMAL));
        }
      }
    }
    return book;
  }

  private long end(TopicPartition partition) {
    return KafkaFailures.answer(
            "find the end of " + topic,
            admin
                .listOffsets(
                    Map.of(partition, OffsetSpec.latest()),
                    new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(partition)
                .toCompletionStage()
                .toCompletableFuture())
        .offset();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    // The end is often a transaction's marker, which is passed only by the fetch behind it.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
