package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.processor.StreamProcessor;
import io.rapidbyte.processor.rows.Chained;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.wasm.GuestRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A stream on a real broker, fed by hand, with its application where it is started. */
final class FedStream implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(40);

  final String table = "t" + Long.toHexString(System.nanoTime());
  final StreamSchema items = TestStream.simple("public", table);
  private final String bootstrap = SharedKafka.bootstrap();
  final Map<String, Object> client = Map.of("bootstrap.servers", bootstrap);
  final String topic = "shop.public." + table;
  final List<ErrorInfo> stops = new CopyOnWriteArrayList<>();
  private final GuestRuntime guests = new GuestRuntime(Optional.empty());
  final BufferAllocator allocator = new RootAllocator();
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());

  /** A new stream with two partitions, and no application. */
  FedStream() throws Exception {
    try (Admin admin = Admin.create(client)) {
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
      if (!admin.listTopics().names().get().contains("_rb.shop.schemas")) {
        admin.createTopics(List.of(new NewTopic("_rb.shop.schemas", 1, (short) 1))).all().get();
      }
    }
    SchemaDocument document = new SchemaDocument(items, topic, new Lsn(1));
    producer
        .send(
            new ProducerRecord<>(
                "_rb.shop.schemas", 0, document.key().getBytes(UTF_8), document.toJson()))
        .get();
  }

  @Override
  public void close() {
    producer.close();
    guests.close();
    allocator.close();
  }

  final class Running implements AutoCloseable {
    private final StreamProcessor processor;
    private final Thread thread;

    Running(PipelineSpec spec, String instance) {
      processor =
          new StreamProcessor(
              spec, client, instance, guests, allocator, new Stops(), RandomGenerator.getDefault());
      thread = Thread.ofPlatform().name("processor").start(processor::run);
    }

    @Override
    public void close() {
      stop();
    }

    void stop() {
      processor.close();
      Eventually.until("it has ended", PATIENCE, () -> !thread.isAlive());
    }
  }

  private final class Stops implements ProcessObserver {
    @Override
    public void stopped(String stream, ErrorInfo error) {
      stops.add(error);
    }

    @Override
    public void retrying(String stream, ErrorInfo error, Duration wait) {
      stops.add(error);
    }
  }

  Running run(String yaml) {
    return run(yaml, "here");
  }

  Running run(String yaml, String instance) {
    PipelineSpec spec = Chained.spec("public." + table, yaml);
    LimitSpec limits = spec.limits();
    return new Running(
        new PipelineSpec(
            spec.pipeline(),
            spec.kafka(),
            spec.source(),
            spec.streams(),
            spec.transforms(),
            spec.destinations(),
            spec.policies(),
            new LimitSpec(
                limits.transactionBytes(),
                limits.maxRowBytes(),
                64 << 10,
                limits.memoryBytes(),
                Duration.ofMillis(1_500),
                limits.parallelism(),
                limits.modules())),
        instance);
  }

  static RecordHeaders headers(
      RecordKind kind, int rows, @Nullable String range, @Nullable ChunkMark mark) {
    Position at = new Position(new Lsn(5), 0);
    return new RecordHeaders(kind, at, at, rows, 1, 1, range, null, mark, null);
  }

  byte[] bytes(TestBatch batch) {
    try (VectorSchemaRoot root = batch.build(allocator)) {
      return ArrowIpc.write(root);
    }
  }

  void send(int partition, RecordHeaders headers, TestBatch batch) throws Exception {
    send(partition, headers, bytes(batch));
  }

  void send(int partition, RecordHeaders headers, byte[] value) throws Exception {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, value);
    headers.forEach((name, bytes) -> record.headers().add(name, bytes));
    producer.send(record).get();
  }

  List<String> out(int partition, int count) {
    List<String> lines = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each : read(topic + ".out", partition, count)) {
      String mark = header(each, "rb-txn");
      StringBuilder line = new StringBuilder(header(each, "rb-kind")).append(' ');
      line.append(mark.isEmpty() ? "-" : mark).append(' ').append(header(each, "rb-rows"));
      line.append(" rows");
      try (VectorSchemaRoot root = ArrowIpc.read(each.value(), allocator, 1 << 26)) {
        BatchView view = new BatchView(root);
        for (int row = 0; row < view.rows(); row++) {
          line.append(' ').append((char) view.op(row).code());
          line.append(view.data().getFirst().getObject(row));
        }
      }
      lines.add(line.toString());
    }
    return lines;
  }

  static String header(ConsumerRecord<byte[], byte[]> each, String name) {
    return Optional.ofNullable(each.headers().lastHeader(name))
        .map(header -> new String(header.value(), UTF_8))
        .orElse("");
  }

  List<String> letters() {
    return read(topic + ".dlq", 0, 4).stream().map(each -> header(each, "rb-id")).toList();
  }

  /** The first records of a partition, at least so many. */
  List<ConsumerRecord<byte[], byte[]>> read(String from, int partition, int count) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition at = new TopicPartition(from, partition);
      consumer.assign(List.of(at));
      consumer.seekToBeginning(List.of(at));
      Eventually.until(
          count + " records in " + from + ", stops: " + stops,
          PATIENCE,
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= count;
          });
    }
    return records;
  }
}
