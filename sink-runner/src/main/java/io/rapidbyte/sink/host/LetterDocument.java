package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import java.util.Base64;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dead letters as they stand in the outbox and the DLQ topic: JSON for people, with the exact row
 * as Arrow, base64.
 *
 * @param destination whose stage it is
 */
record LetterDocument(String stream, String destination) {
  /** What a letter may be, so that it fits into a record of its topic. */
  static final int MAX_BYTES = KafkaLogs.LETTER_BYTES - 1024 * 1024;

  /**
   * A row that is larger is not even tried: as JSON and base64 it takes up some four times that.
   */
  private static final long MAX_ROW_BYTES = MAX_BYTES / 3;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The letter of a row; without its values where it would be too large. */
  DeadLetter of(GroupPlan.Reject reject, PartitionId partition) {
    RecordHeaders headers = reject.unit().headers();
    BatchView view = new BatchView(reject.unit().root());
    int row = reject.row();
    String position = view.position(row).toString();
    String range = headers.range() == null ? "" : headers.range();
    String id =
        String.join(
            "/",
            stream,
            "destination:" + destination,
            Integer.toString(headers.generation()),
            range.isEmpty() ? "-" : range,
            position);
    ObjectNode document = base(id, reject.error());
    document.put("op", String.valueOf((char) view.ops().get(row)));
    document.put("lsn", view.position(row).lsn().toString());
    document.put("ordinal", Integer.toUnsignedLong(view.position(row).ordinal()));
    document.put("generation", headers.generation());
    if (!range.isEmpty()) {
      document.put("range", range);
    }
    if (!reject.key().isEmpty()) {
      document.putRawValue("key", new com.fasterxml.jackson.databind.util.RawValue(reject.key()));
    }
    return new DeadLetter(id, reject.key(), withRow(document, reject, partition), reject.held());
  }

  private static byte[] withRow(
      ObjectNode document, GroupPlan.Reject reject, PartitionId partition) {
    VectorSchemaRoot root = reject.unit().root();
    int row = reject.row();
    try (Slices slices = new Slices()) {
      VectorSchemaRoot one = slices.of(root, row, row + 1);
      long size = one.getFieldVectors().stream().mapToLong(ValueVector::getBufferSize).sum();
      if (size <= MAX_ROW_BYTES) {
        ObjectNode whole = document.deepCopy();
        whole.set("row", RowJson.row(new BatchView(root).data(), row));
        whole.put("arrow", Base64.getEncoder().encodeToString(ArrowIpc.write(one)));
        byte[] bytes = bytes(whole);
        if (bytes.length <= MAX_BYTES) {
          return bytes;
        }
      }
      return bytes(omitted(document, size, partition, reject.unit().offset()));
    }
  }

  /** Says where the values stand that the letter is too small for. */
  private static ObjectNode omitted(
      ObjectNode document, long size, PartitionId partition, long offset) {
    ObjectNode omitted = document.putObject("omitted");
    omitted.put("bytes", size);
    omitted.put("topic", partition.topic());
    omitted.put("partition", partition.partition());
    omitted.put("offset", offset);
    return document;
  }

  /** The letter of a record that cannot be read. */
  DeadLetter of(Unit.Garbage garbage, PartitionId partition) {
    String id =
        String.join(
            "/",
            stream,
            "destination:" + destination,
            "offset",
            partition.topicId(),
            Integer.toString(partition.partition()),
            Long.toString(garbage.offset()));
    ObjectNode document = base(id, garbage.error());
    document.put("topic", partition.topic());
    document.put("partition", partition.partition());
    document.put("offset", garbage.offset());
    if (garbage.value().length <= MAX_BYTES / 3 * 2) {
      document.put("value", Base64.getEncoder().encodeToString(garbage.value()));
    } else {
      omitted(document, garbage.value().length, partition, garbage.offset());
    }
    return new DeadLetter(id, "", bytes(document), false);
  }

  private ObjectNode base(String id, ErrorInfo error) {
    ObjectNode document = JSON.objectNode();
    document.put("id", id);
    document.put("stream", stream);
    document.put("stage", "destination:" + destination);
    ObjectNode node = document.putObject("error");
    node.put("category", error.category().label());
    node.put("scope", error.scope().label());
    node.put("code", error.code());
    node.put("message", error.message());
    node.put("fix", error.fix());
    ObjectNode details = node.putObject("details");
    error.details().forEach(details::put);
    return document;
  }

  private static byte[] bytes(ObjectNode document) {
    return document.toString().getBytes(UTF_8);
  }
}
