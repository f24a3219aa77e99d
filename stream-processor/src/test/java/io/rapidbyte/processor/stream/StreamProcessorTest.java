package io.rapidbyte.processor.stream;

import static io.rapidbyte.processor.stream.FedStream.PATIENCE;
import static io.rapidbyte.processor.stream.FedStream.header;
import static io.rapidbyte.processor.stream.FedStream.headers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.processor.stream.FedStream.Running;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.RecordHeaders.Part;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream's application on a real broker, fed by hand. */
final class StreamProcessorTest {
  private final FedStream stream;

  StreamProcessorTest() throws Exception {
    stream = new FedStream();
  }

  @AfterEach
  void close() {
    stream.close();
  }

  @Test
  void everyKindOfRecordComesThroughInItsPartitionAndOrder() throws Exception {
    stream.send(0, headers(RecordKind.SCHEMA, 0, null, null), TestBatch.at(stream.items, 5));
    stream.send(
        0,
        headers(RecordKind.SNAPSHOT, 2, "r1", null),
        TestBatch.at(stream.items, 5).snapshot("1", "a", "x").snapshot("2", "out", "y"));
    stream.send(
        1,
        headers(RecordKind.SNAPSHOT, 1, "r2", null),
        TestBatch.at(stream.items, 5).snapshot("3", "a", "z"));
    stream.send(0, headers(RecordKind.SNAPSHOT_END, 0, null, null), TestBatch.at(stream.items, 5));
    stream.send(
        0,
        headers(RecordKind.CHANGE, 1, null, ChunkMark.MORE),
        TestBatch.at(stream.items, 6).update("1", "out", "x"));
    stream.send(
        0,
        headers(RecordKind.CHANGE, 1, null, ChunkMark.LAST),
        TestBatch.at(stream.items, 6).update("1", "poison", "x"));
    stream.send(0, headers(RecordKind.TRUNCATE, 0, null, null), TestBatch.at(stream.items, 7));
    stream.send(0, headers(RecordKind.CHANGE, 1, null, null), "garbage".getBytes(UTF_8));
    String yaml =
        """
        - { filter: "name <> 'out'" }
        - { cast: { name: integer } }
        """;
    // A name that is no number is poison to the cast.
    stream.send(
        0,
        headers(RecordKind.CHANGE, 1, null, null),
        TestBatch.at(stream.items, 8).insert("4", "44", "x"));

    try (Running _ = stream.run(yaml)) {
      List<String> first = stream.out(0, 6);
      assertThat(first)
          .containsExactly(
              "schema - 0 rows",
              "snapshot-end - 0 rows",
              "change more 1 rows d1",
              "change last 0 rows",
              "truncate - 0 rows",
              "change - 1 rows c4");
      assertThat(stream.letters()).hasSize(4).doesNotHaveDuplicates();
    }
    assertThat(stream.stops).isEmpty();
  }

  @Test
  void aValueOfSeveralPartsIsPutTogetherAndWhatIsTooLargeIsCut() throws Exception {
    String large = "x".repeat(300_000);
    byte[] value =
        stream.bytes(TestBatch.at(stream.items, 5).insert("1", "a", large).insert("2", "b", "y"));
    int middle = value.length / 2;
    RecordHeaders headers = headers(RecordKind.CHANGE, 2, null, null);
    stream.send(0, headers.withPart(new Part(1, 2)), Arrays.copyOf(value, middle));

    try (Running _ = stream.run("- { rename: { name: label } }")) {
      stream.send(
          0, headers.withPart(new Part(2, 2)), Arrays.copyOfRange(value, middle, value.length));
      List<ConsumerRecord<byte[], byte[]>> records = stream.read(stream.topic + ".out", 0, 6);
      assertThat(records.subList(0, 5)).allMatch(each -> each.value().length <= 64 << 10);
      assertThat(records.stream().map(each -> header(each, "rb-part")))
          .containsExactly("1/5", "2/5", "3/5", "4/5", "5/5", "");
      assertThat(header(records.get(5), "rb-first")).isEqualTo("0/5/1");
    }
  }

  @Test
  void aLostGroupIsRefusedAndOtherTransformsMakeAnotherVersion() throws Exception {
    stream.send(
        0,
        headers(RecordKind.CHANGE, 1, null, null),
        TestBatch.at(stream.items, 5).insert("1", "a", "x"));
    try (Running _ = stream.run("- { project: [id, name] }")) {
      assertThat(stream.out(0, 1)).containsExactly("change - 1 rows c1");
    }
    stream.send(
        0,
        headers(RecordKind.CHANGE, 1, null, null),
        TestBatch.at(stream.items, 6).insert("2", "a", "x"));
    try (Running _ = stream.run("- { project: [id, big] }")) {
      assertThat(stream.out(0, 2)).containsExactly("change - 1 rows c1", "change - 1 rows c2");
    }
    assertThat(
            stream.read("_rb.shop.processed", 0, 2).stream()
                .map(each -> ProcessedDocument.fromJson(each.value()))
                .filter(each -> each.table().table().equals(stream.table)))
        .extracting(ProcessedDocument::version)
        .containsExactly(1, 1_000_001);

    try (Admin admin = Admin.create(stream.client)) {
      admin.deleteConsumerGroups(List.of("shop.process.public." + stream.table)).all().get();
    }
    try (Running _ = stream.run("- { project: [id, big] }")) {
      Eventually.until("it stops", PATIENCE, () -> !stream.stops.isEmpty());
    }
    assertThat(stream.stops.getFirst().code()).isEqualTo("process/resync-required");
    assertThat(stream.stops.getFirst().fix()).contains("rapidbyte resync public." + stream.table);
    assertThat(stream.out(0, 2)).hasSize(2);
  }
}
