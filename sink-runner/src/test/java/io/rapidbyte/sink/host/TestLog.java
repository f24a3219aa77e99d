package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.topic.TopicNames;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Plays ingest: writes streams as it does, each send in a Kafka transaction of its own. */
public final class TestLog implements AutoCloseable {
  private final TopicNames names;
  private final Map<String, Object> client;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final BufferAllocator allocator = new RootAllocator();

  /** The log of a pipeline whose schemas topic is created here. */
  public TestLog(String bootstrap, String pipeline) {
    this.names = new TopicNames(pipeline);
    this.client = Map.of("bootstrap.servers", bootstrap);
    this.admin = Admin.create(client);
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("transactional.id", pipeline + ".ingest");
    settings.put("max.request.size", 32 * 1024 * 1024);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    createTopic(names.schemas(), 1);
    producer.initTransactions();
  }

  /** Settings for clients of the broker. */
  public Map<String, Object> client() {
    return client;
  }

  public TopicNames names() {
    return names;
  }

  /** Creates a stream's topic and tells it in the schemas topic. */
  public void announce(StreamSchema stream, int partitions) {
    createTopic(topic(stream), partitions);
    SchemaDocument document = new SchemaDocument(stream, topic(stream), Lsn.ZERO);
    transact(
        List.of(
            new ProducerRecord<>(
                names.schemas(), document.key().getBytes(UTF_8), document.toJson())));
  }

  public String topic(StreamSchema stream) {
    return names.stream(stream.table());
  }

  public void createTopic(String topic, int partitions) {
    NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    try {
      admin
          .createTopics(List.of(wanted.configs(Map.of("max.message.bytes", "33554432"))))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public void deleteTopic(String topic) {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** What retention does. */
  public void deleteRecordsBefore(StreamSchema stream, long offset) {
    var partition = new TopicPartition(topic(stream), 0);
    try {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public Admin admin() {
    return admin;
  }

  /** Changes of generation 1, into partition 0, a record a batch, one Kafka transaction. */
  public void changes(TestBatch... batches) {
    transact(Arrays.stream(batches).map(b -> record(RecordKind.CHANGE, b, 1, 0)).toList());
  }

  public void send(RecordKind kind, TestBatch batch, int generation) {
    transact(List.of(record(kind, batch, generation, 0)));
  }

  /** Begins a generation, as ingest does, with rows and its end; a Kafka transaction each. */
  public void generation(int generation, StreamSchema stream, TestBatch... batches) {
    begin(generation, stream);
    for (TestBatch batch : batches) {
      send(RecordKind.SNAPSHOT, batch, generation);
    }
    long last = batches[batches.length - 1].lsn();
    send(RecordKind.SNAPSHOT_END, TestBatch.at(stream, last + 1), generation);
  }

  /** The first record of a generation. */
  public void begin(int generation, StreamSchema stream) {
    TestBatch empty = TestBatch.at(stream, 1);
    RecordHeaders all = headers(RecordKind.SCHEMA, empty, generation);
    RecordHeaders first =
        new RecordHeaders(
            all.kind(),
            all.first(),
            all.last(),
            0,
            all.schemaVersion(),
            generation,
            RecordHeaders.BEGIN,
            null,
            null,
            null);
    transact(List.of(record(stream, first, bytes(empty), 0)));
  }

  /** A batch as several records. */
  public void inParts(TestBatch batch, int parts) {
    ProducerRecord<byte[], byte[]> whole = record(RecordKind.CHANGE, batch, 1, 0);
    RecordHeaders headers = headers(RecordKind.CHANGE, batch, 1);
    List<ProducerRecord<byte[], byte[]>> pieces = new ArrayList<>();
    byte[] value = whole.value();
    for (int i = 1; i <= parts; i++) {
      byte[] piece =
          Arrays.copyOfRange(
              value,
              (int) ((long) value.length * (i - 1) / parts),
              (int) ((long) value.length * i / parts));
      pieces.add(
          record(batch.stream(), headers.withPart(new RecordHeaders.Part(i, parts)), piece, 0));
    }
    transact(pieces);
  }

  /** Bytes that are none of ours. */
  public void garbage(StreamSchema stream, byte[] value) {
    transact(List.of(new ProducerRecord<>(topic(stream), 0, null, value)));
  }

  /** A batch that only one destination applies. */
  public void onlyFor(String destination, TestBatch batch) {
    RecordHeaders all = headers(RecordKind.CHANGE, batch, 1);
    RecordHeaders one =
        new RecordHeaders(
            all.kind(),
            all.first(),
            all.last(),
            all.rows(),
            all.schemaVersion(),
            all.generation(),
            null,
            destination,
            null,
            null);
    transact(List.of(record(batch.stream(), one, bytes(batch), 0)));
  }

  /** Nothing but a Kafka transaction that is aborted, and its marker. */
  public void aborted(TestBatch batch) {
    producer.beginTransaction();
    send(record(RecordKind.CHANGE, batch, 1, 0));
    producer.flush();
    producer.abortTransaction();
  }

  public ProducerRecord<byte[], byte[]> record(
      RecordKind kind, TestBatch batch, int generation, int partition) {
    return record(batch.stream(), headers(kind, batch, generation), bytes(batch), partition);
  }

  public void transact(List<ProducerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    records.forEach(this::send);
    producer.commitTransaction();
  }

  /** A failure shows at the commit. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  private byte[] bytes(TestBatch batch) {
    try (VectorSchemaRoot root = batch.build(allocator)) {
      return ArrowIpc.write(root);
    }
  }

  private static RecordHeaders headers(RecordKind kind, TestBatch batch, int generation) {
    Position first = new Position(new Lsn(batch.lsn()), 0);
    Position last = new Position(new Lsn(batch.lsn()), Math.max(0, batch.rowCount() - 1));
    return new RecordHeaders(
        kind,
        first,
        last,
        batch.rowCount(),
        batch.stream().version(),
        generation,
        null,
        null,
        null,
        null);
  }

  private ProducerRecord<byte[], byte[]> record(
      StreamSchema stream, RecordHeaders headers, byte[] value, int partition) {
    var record = new ProducerRecord<byte[], byte[]>(topic(stream), partition, null, value);
    headers.forEach((name, text) -> record.headers().add(name, text));
    return record;
  }

  /** Everything committed in a topic's only partition; empty where there is no such topic. */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      @Nullable List<?> partitions = consumer.partitionsFor(topic);
      if (partitions == null || partitions.isEmpty()) {
        return records;
      }
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(java.time.Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    allocator.close();
  }
}
