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
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dead letters as they stand in the outbox and the DLQ topic: JSON for people, with the exact row
 * as Arrow, base64.
 *
 * @param destination whose stage it is
 */
record LetterDocument(String stream, String destination) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The letter of a row. */
  DeadLetter of(GroupPlan.Reject reject) {
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
    document.set("row", RowJson.row(view.data(), row));
    document.put("arrow", Base64.getEncoder().encodeToString(oneRow(reject.unit().root(), row)));
    return new DeadLetter(id, reject.key(), bytes(document), reject.held());
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
    document.put("value", Base64.getEncoder().encodeToString(garbage.value()));
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

  private static byte[] oneRow(VectorSchemaRoot root, int row) {
    try (Slices slices = new Slices()) {
      return ArrowIpc.write(slices.of(root, row, row + 1));
    }
  }

  private static byte[] bytes(ObjectNode document) {
    return document.toString().getBytes(UTF_8);
  }
}
