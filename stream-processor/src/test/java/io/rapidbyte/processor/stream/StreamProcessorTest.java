package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.processor.StreamProcessor;
import io.rapidbyte.processor.rows.Chained;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.RecordHeaders.Part;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream's application on a real broker, fed by hand. */
final class StreamProcessorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final String table = "t" + Long.toHexString(System.nanoTime());
  private final StreamSchema items = TestStream.simple("public", table);
  private final String bootstrap = SharedKafka.bootstrap();
  private final Map<String, Object> client = Map.of("bootstrap.servers", bootstrap);
  private final String topic = "shop.public." + table;
  private final List<ErrorInfo> stops = new CopyOnWriteArrayList<>();
  private final BufferAllocator allocator = new RootAllocator();
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());

  @BeforeEach
  void topics() throws Exception {
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

  @AfterEach
  void close() {
    producer.close();
    allocator.close();
  }

  @Test
  void everyKindOfRecordComesThroughInItsPartitionAndOrder() throws Exception {
    send(0, headers(RecordKind.SCHEMA, 0, null, null), TestBatch.at(items, 5));
    send(
        0,
        headers(RecordKind.SNAPSHOT, 2, "r1", null),
        TestBatch.at(items, 5).snapshot("1", "a", "x").snapshot("2", "out", "y"));
    send(
        1,
        headers(RecordKind.SNAPSHOT, 1, "r2", null),
        TestBatch.at(items, 5).snapshot("3", "a", "z"));
    send(0, headers(RecordKind.SNAPSHOT_END, 0, null, null), TestBatch.at(items, 5));
    send(
        0,
        headers(RecordKind.CHANGE, 1, null, ChunkMark.MORE),
        TestBatch.at(items, 6).update("1", "out", "x"));
    send(
        0,
        headers(RecordKind.CHANGE, 1, null, ChunkMark.LAST),
        TestBatch.at(items, 6).update("1", "poison", "x"));
    send(0, headers(RecordKind.TRUNCATE, 0, null, null), TestBatch.at(items, 7));
    producer.send(new ProducerRecord<>(topic, 0, null, "garbage".getBytes(UTF_8))).get();
    String yaml =
        """
        - { filter: "name <> 'out'" }
        - { cast: { name: integer } }
        """;
    // A name that is no number is poison to the cast.
    send(
        0,
        headers(RecordKind.CHANGE, 1, null, null),
        TestBatch.at(items, 8).insert("4", "44", "x"));

    try (Running _ = run(yaml)) {
      List<String> first = out(0, 6);
      assertThat(first)
          .containsExactly(
              "schema - 0 rows",
              "snapshot-end - 0 rows",
              "change more 1 rows d1",
              "change last 0 rows",
              "truncate - 0 rows",
              "change - 1 rows c4");
      assertThat(letters()).hasSize(4).doesNotHaveDuplicates();
    }
    assertThat(stops).isEmpty();
  }

  @Test
  void aValueOfSeveralPartsIsPutTogetherAndWhatIsTooLargeIsCut() throws Exception {
    String large = "x".repeat(300_000);
    byte[] value = bytes(TestBatch.at(items, 5).insert("1", "a", large).insert("2", "b", "y"));
    int middle = value.length / 2;
    RecordHeaders headers = headers(RecordKind.CHANGE, 2, null, null);
    send(0, headers.withPart(new Part(1, 2)), Arrays.copyOf(value, middle));
    producer.flush();

    try (Running _ = run("- { rename: { name: label } }")) {
      send(0, headers.withPart(new Part(2, 2)), Arrays.copyOfRange(value, middle, value.length));
      List<ConsumerRecord<byte[], byte[]>> records = read(topic + ".out", 0, 6);
      assertThat(records.subList(0, 5)).allMatch(each -> each.value().length <= 64 << 10);
      assertThat(records.stream().map(each -> header(each, "rb-part")))
          .containsExactly("1/5", "2/5", "3/5", "4/5", "5/5", "");
      assertThat(header(records.get(5), "rb-first")).isEqualTo("0/5/1");
    }
  }

  @Test
  void aLostGroupIsRefusedAndOtherTransformsMakeAnotherVersion() throws Exception {
    send(
        0, headers(RecordKind.CHANGE, 1, null, null), TestBatch.at(items, 5).insert("1", "a", "x"));
    try (Running _ = run("- { project: [id, name] }")) {
      assertThat(out(0, 1)).containsExactly("change - 1 rows c1");
    }
    send(
        0, headers(RecordKind.CHANGE, 1, null, null), TestBatch.at(items, 6).insert("2", "a", "x"));
    try (Running _ = run("- { project: [id, big] }")) {
      assertThat(out(0, 2)).containsExactly("change - 1 rows c1", "change - 1 rows c2");
    }
    assertThat(
            read("_rb.shop.processed", 0, 2).stream()
                .map(each -> ProcessedDocument.fromJson(each.value()))
                .filter(each -> each.table().table().equals(table)))
        .extracting(ProcessedDocument::version)
        .containsExactly(1, 1_000_001);

    try (Admin admin = Admin.create(client)) {
      admin.deleteConsumerGroups(List.of("shop.process.public." + table)).all().get();
    }
    try (Running _ = run("- { project: [id, big] }")) {
      Eventually.until("it stops", PATIENCE, () -> !stops.isEmpty());
    }
    assertThat(stops.getFirst().code()).isEqualTo("process/resync-required");
    assertThat(stops.getFirst().fix()).contains("rapidbyte resync public." + table);
    assertThat(out(0, 2)).hasSize(2);
  }

  private final class Running implements AutoCloseable {
    private final StreamProcessor processor;
    private final Thread thread;

    Running(PipelineSpec spec) {
      processor =
          new StreamProcessor(
              spec, client, "here", allocator, new Stops(), RandomGenerator.getDefault());
      thread = Thread.ofPlatform().name("processor").start(processor::run);
    }

    @Override
    public void close() {
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

  private Running run(String yaml) {
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
                limits.moduleTimeout(),
                limits.parallelism())));
  }

  private static RecordHeaders headers(
      RecordKind kind, int rows, @Nullable String range, @Nullable ChunkMark mark) {
    Position at = new Position(new Lsn(5), 0);
    return new RecordHeaders(kind, at, at, rows, 1, 1, range, null, mark, null);
  }

  private byte[] bytes(TestBatch batch) {
    try (VectorSchemaRoot root = batch.build(allocator)) {
      return ArrowIpc.write(root);
    }
  }

  private void send(int partition, RecordHeaders headers, TestBatch batch) throws Exception {
    send(partition, headers, bytes(batch));
  }

  private void send(int partition, RecordHeaders headers, byte[] value) throws Exception {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, value);
    headers.forEach((name, bytes) -> record.headers().add(name, bytes));
    producer.send(record).get();
  }

  private List<String> out(int partition, int count) {
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

  private static String header(ConsumerRecord<byte[], byte[]> each, String name) {
    return Optional.ofNullable(each.headers().lastHeader(name))
        .map(header -> new String(header.value(), UTF_8))
        .orElse("");
  }

  private List<String> letters() {
    return read(topic + ".dlq", 0, 4).stream().map(each -> header(each, "rb-id")).toList();
  }

  /** The first records of a partition, at least so many. */
  private List<ConsumerRecord<byte[], byte[]>> read(String from, int partition, int count) {
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
