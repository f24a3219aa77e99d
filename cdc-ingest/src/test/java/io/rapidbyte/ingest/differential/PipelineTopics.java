package io.rapidbyte.ingest.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import io.rapidbyte.testkit.workload.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * What a pipeline's topics hold, as any reader sees them: read_committed, by Arrow's own reader.
 */
final class PipelineTopics {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ID = "id";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Comparator<Placed> BY_PLACE =
      Comparator.comparing((Placed placed) -> new Lsn(placed.lsn()))
          .thenComparingInt(Placed::ordinal);

  private final Map<String, Object> client;
  private final PipelineSpec spec;
  private final Printer printer;

  /** Makes a cell of a value. */
  @FunctionalInterface
  interface Printer {
    /** The value of a row. */
    Cell cell(FieldVector vector, int row);
  }

  PipelineTopics(String bootstrap, PipelineSpec spec, Printer printer) {
    this.spec = spec;
    this.printer = printer;
    this.client = CommittedRecords.settings(bootstrap);
  }

  /** A change and where it stands in the log. */
  private record Placed(long lsn, int ordinal, Change change) {}

  /** Whether a table's topic has a change; marks of a snapshot are none. */
  boolean holds(String table) {
    int dot = table.indexOf('.');
    TableName name = new TableName(table.substring(0, dot), table.substring(dot + 1));
    return records(spec.topics().stream(name)::equals).stream()
        .anyMatch(record -> header(record, "rb-kind").equals("change"));
  }

  /** Every change, in the log's order. */
  List<Change> changes() {
    List<Placed> all = new ArrayList<>();
    Map<String, ByteArrayOutputStream> parts = new HashMap<>();
    try (BufferAllocator allocator = new RootAllocator()) {
      for (ConsumerRecord<byte[], byte[]> record :
          records(topic -> topic.startsWith(spec.pipeline() + "."))) {
        if (record.topic().equals(spec.topics().messages())) {
          all.add(message(record));
        } else if (record.topic().endsWith(".dlq")) {
          all.add(letter(record));
        } else {
          take(record, parts, allocator, all);
        }
      }
    }
    return all.stream().sorted(BY_PLACE).map(Placed::change).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> records(Predicate<String> wanted) {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
      List<TopicPartition> partitions =
          consumer.listTopics().entrySet().stream()
              .filter(topic -> wanted.test(topic.getKey()))
              .flatMap(topic -> topic.getValue().stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      return CommittedRecords.read(consumer, wholeEnds(consumer, partitions));
    }
  }

  /** A commit reaches the partitions one by one: waits until it has reached them all. */
  private Map<TopicPartition, Long> wholeEnds(
      KafkaConsumer<byte[], byte[]> committed, List<TopicPartition> partitions) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    Map<TopicPartition, Long> ends = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> any = new KafkaConsumer<>(settings)) {
      Eventually.until(
          "every partition is committed to its end",
          PATIENCE,
          () -> {
            ends.clear();
            ends.putAll(committed.endOffsets(partitions));
            return any.endOffsets(partitions).equals(ends);
          });
    }
    return ends;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static Placed message(ConsumerRecord<byte[], byte[]> record) {
    SortedMap<String, Cell> row = new TreeMap<>();
    row.put("prefix", new Cell.Text(new String(record.key(), UTF_8)));
    row.put("content", new Cell.Text(new String(record.value(), UTF_8)));
    Change change =
        new Change(Operation.MESSAGES, 'm', 0, List.of(), row, new TreeMap<>(), Optional.empty());
    return placed(header(record, "rb-first"), change);
  }

  /** {@code 0/16B3748/3}: a position's log sequence number and ordinal. */
  private static Placed placed(String position, Change change) {
    String[] parts = position.split("/", -1);
    long lsn = Long.parseLong(parts[0], 16) << 32 | Long.parseLong(parts[1], 16);
    return new Placed(lsn, Integer.parseInt(parts[2]), change);
  }

  private static Placed letter(ConsumerRecord<byte[], byte[]> record) {
    try {
      JsonNode letter = JSON.readTree(record.value());
      String stream = letter.get("stream").asText();
      SortedMap<String, Cell> row = new TreeMap<>();
      row.put(ID, new Cell.Text(letter.at("/row/" + ID).asText()));
      Change change =
          new Change(
              stream.substring(stream.indexOf('.') + 1),
              letter.get("op").asText().charAt(0),
              0,
              List.of(),
              row,
              new TreeMap<>(),
              Optional.of(letter.at("/error/code").asText()));
      return placed(letter.get("position").asText(), change);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record,
      Map<String, ByteArrayOutputStream> parts,
      BufferAllocator allocator,
      List<Placed> to) {
    String[] part = header(record, "rb-part").split("/", -1);
    byte[] value = record.value();
    if (part.length == 2) {
      ByteArrayOutputStream whole =
          parts.computeIfAbsent(record.topic(), topic -> new ByteArrayOutputStream());
      whole.writeBytes(value);
      if (!part[0].equals(part[1])) {
        return;
      }
      parts.remove(record.topic());
      value = whole.toByteArray();
    }
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(value), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      String table = table(root.getSchema());
      if (header(record, "rb-kind").equals("truncate")) {
        Change change =
            new Change(
                table, 't', 0, List.of(), new TreeMap<>(), new TreeMap<>(), Optional.empty());
        to.add(placed(header(record, "rb-first"), change));
      }
      while (reader.loadNextBatch()) {
        for (int i = 0; i < root.getRowCount(); i++) {
          to.add(row(root, table, i));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(record.topic() + " holds no Arrow stream", e);
    }
  }

  private static String table(Schema schema) {
    String stream = schema.getCustomMetadata().getOrDefault("rb.stream", "");
    return stream.substring(stream.indexOf('.') + 1);
  }

  private Placed row(VectorSchemaRoot root, String table, int i) throws IOException {
    char op = (char) ((TinyIntVector) root.getVector("_rb_op")).get(i);
    SortedMap<String, Cell> row = new TreeMap<>();
    List<?> unchanged = ((ListVector) root.getVector("_rb_unchanged")).getObject(i);
    List<FieldVector> vectors = root.getFieldVectors();
    for (int c = 0; c < vectors.size(); c++) {
      FieldVector vector = vectors.get(c);
      if (!vector.getName().startsWith("_rb_")) {
        row.put(
            vector.getName(),
            contains(unchanged, c) ? new Cell.Unchanged() : printer.cell(vector, i));
      }
    }
    StructVector old = (StructVector) root.getVector("_rb_before");
    SortedMap<String, Cell> before = new TreeMap<>();
    if (!old.isNull(i)) {
      for (FieldVector vector : old.getChildrenFromFields()) {
        before.put(vector.getName(), printer.cell(vector, i));
      }
    }
    String[] key =
        JSON.readValue(root.getSchema().getCustomMetadata().get("rb.key"), String[].class);
    Change change =
        new Change(
            table,
            op,
            Integer.toUnsignedLong(((UInt4Vector) root.getVector("_rb_xid")).get(i)),
            java.util.stream.Stream.of(key).sorted().toList(),
            row,
            before,
            Optional.empty());
    return new Placed(
        ((UInt8Vector) root.getVector("_rb_lsn")).get(i),
        ((UInt4Vector) root.getVector("_rb_ordinal")).get(i),
        change);
  }

  /** Arrow hands out a UInt16 as a character. */
  private static boolean contains(List<?> indexes, int column) {
    return indexes != null
        && indexes.stream().anyMatch(i -> i instanceof Character c && c == column);
  }
}
