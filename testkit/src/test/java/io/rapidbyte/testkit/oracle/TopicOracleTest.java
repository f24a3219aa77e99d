package io.rapidbyte.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.kafka.SharedKafka;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TopicOracleTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", new ArrowType.Int(32, true)),
              Field.nullable("_rb_op", new ArrowType.Int(8, true)),
              Field.nullable("_rb_lsn", new ArrowType.Int(64, false)),
              Field.nullable("_rb_ordinal", new ArrowType.Int(32, false))),
          Map.of("rb.key", "[\"id\"]"));

  private final BufferAllocator allocator = new RootAllocator();
  private final String topic = SharedKafka.unique("oracle");
  private KafkaProducer<byte[], byte[]> producer;

  private record Row(int id, char op, long lsn, int ordinal) {}

  @BeforeEach
  void makeTopic() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedKafka.bootstrap()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", SharedKafka.bootstrap(), "transactional.id", topic),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
  }

  @AfterEach
  void close() {
    producer.close();
    allocator.close();
  }

  @Test
  void aSoundTopicIsWhole() throws Exception {
    send("snapshot", new Row(1, 'r', 5, 0), new Row(2, 'r', 5, 1));
    send("change", new Row(1, 'u', 9, 0), new Row(2, 'd', 9, 1));
    send("change", new Row(3, 'c', 12, 0));
    producer.commitTransaction();
    producer.beginTransaction();
    send("change", new Row(3, 'c', 12, 0));
    producer.abortTransaction();
    TopicReport report = report();
    assertThat(report.whole()).as(report.toString()).isTrue();
    assertThat(report.totalChanges()).isEqualTo(3);
    assertThat(report.totalSnapshotRows()).isEqualTo(2);
    assertThat(report.transactions()).isEqualTo(2);
  }

  @Test
  void aChangeThatIsTwiceIsSeen() throws Exception {
    send("change", new Row(1, 'u', 9, 0), new Row(2, 'd', 9, 1));
    send("change", new Row(2, 'd', 9, 1));
    producer.commitTransaction();
    assertThat(report().violations()).hasSize(2).first().asString().contains("comes behind");
  }

  @Test
  void aTransactionThatLacksAChangeIsAGap() throws Exception {
    send("change", new Row(1, 'u', 9, 0), new Row(2, 'd', 9, 2));
    producer.commitTransaction();
    TopicReport report = report();
    assertThat(report.exactlyOnce()).isTrue();
    assertThat(report.gaps()).containsExactly("0/9/2 has 2");
  }

  @Test
  void aSnapshotRowThatIsTwiceInItsGenerationIsSeen() throws Exception {
    send("snapshot", new Row(1, 'r', 5, 0), new Row(1, 'r', 5, 1));
    producer.commitTransaction();
    assertThat(report().violations()).singleElement().asString().contains("twice");
  }

  private TopicReport report() {
    return new TopicOracle(SharedKafka.bootstrap()).read(List.of(topic), Duration.ofSeconds(30));
  }

  private void send(String kind, Row... rows) throws Exception {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, arrow(rows));
    header(record, "rb-kind", kind);
    header(record, "rb-first", "0/" + Long.toHexString(rows[0].lsn()) + "/" + rows[0].ordinal());
    Row last = rows[rows.length - 1];
    header(record, "rb-last", "0/" + Long.toHexString(last.lsn()) + "/" + last.ordinal());
    header(record, "rb-rows", Integer.toString(rows.length));
    header(record, "rb-generation", "1");
    if (kind.equals("snapshot")) {
      header(record, "rb-range", "0-7");
    }
    producer.send(record).get(30, TimeUnit.SECONDS);
  }

  private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  private byte[] arrow(Row... rows) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
      for (int i = 0; i < rows.length; i++) {
        ((IntVector) root.getVector("id")).setSafe(i, rows[i].id());
        ((TinyIntVector) root.getVector("_rb_op")).setSafe(i, rows[i].op());
        ((UInt8Vector) root.getVector("_rb_lsn")).setSafe(i, rows[i].lsn());
        ((UInt4Vector) root.getVector("_rb_ordinal")).setSafe(i, rows[i].ordinal());
      }
      root.setRowCount(rows.length);
      writer.writeBatch();
    }
    return out.toByteArray();
  }
}
