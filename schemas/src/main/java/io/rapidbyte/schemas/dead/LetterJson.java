package io.rapidbyte.schemas.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.Base64;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Dead letters of rows and records that came through a topic: JSON for people, with the exact row
 * as Arrow, base64.
 *
 * @param stage {@code process}, or {@code destination:} and its name
 * @param maxBytes the most that a letter may have
 */
public record LetterJson(String stream, String stage, int maxBytes) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Where a record stands. */
  public record Place(String topic, int partition, long offset) {}

  /**
   * A row that was refused.
   *
   * @param key as {@link RowKey} has it; empty where it is not known
   */
  public record Refused(
      RecordHeaders headers, VectorSchemaRoot root, int row, String key, ErrorInfo error) {}

  /** A letter; its id is the same whenever the same row is refused at the same stage. */
  @SuppressWarnings("ArrayRecordComponent") // bytes that are carried, never compared
  public record Letter(String id, byte[] document) {}

  /** The letter of a row; without its values where it would be too large. */
  public Letter of(Refused refused, Place place) {
    RecordHeaders headers = refused.headers();
    BatchView view = new BatchView(refused.root());
    int row = refused.row();
    String position = view.position(row).toString();
    String range = headers.range() == null ? "" : headers.range();
    String id =
        String.join(
            "/",
            stream,
            stage,
            Integer.toString(headers.generation()),
            range.isEmpty() ? "-" : range,
            position);
    ObjectNode document = base(id, refused.error());
    document.put("op", String.valueOf((char) view.ops().get(row)));
    document.put("lsn", view.position(row).lsn().toString());
    document.put("ordinal", Integer.toUnsignedLong(view.position(row).ordinal()));
    document.put("generation", headers.generation());
    if (!range.isEmpty()) {
      document.put("range", range);
    }
    if (!refused.key().isEmpty()) {
      document.putRawValue("key", new RawValue(refused.key()));
    }
    return new Letter(id, withRow(document, view, row, place));
  }

  private byte[] withRow(ObjectNode document, BatchView view, int row, Place place) {
    try (Slices slices = new Slices()) {
      VectorSchemaRoot one = slices.of(view.root(), row, row + 1);
      long size = one.getFieldVectors().stream().mapToLong(ValueVector::getBufferSize).sum();
      // A row that is larger is not even tried: as JSON and base64 it takes up some four times
      // that.
      if (size <= maxBytes / 3) {
        ObjectNode whole = document.deepCopy();
        whole.set("row", RowJson.row(view.data(), row));
        whole.put("arrow", Base64.getEncoder().encodeToString(ArrowIpc.write(one)));
        byte[] bytes = bytes(whole);
        if (bytes.length <= maxBytes) {
          return bytes;
        }
      }
      return bytes(omitted(document, size, place));
    }
  }

  /** Says where the values stand that the letter is too small for. */
  private static ObjectNode omitted(ObjectNode document, long size, Place place) {
    ObjectNode omitted = document.putObject("omitted");
    omitted.put("bytes", size);
    omitted.put("topic", place.topic());
    omitted.put("partition", place.partition());
    omitted.put("offset", place.offset());
    return document;
  }

  /**
   * The letter of a record that cannot be read.
   *
   * @param topicId tells the topic from a later one of its name
   */
  public Letter of(byte[] value, ErrorInfo error, Place place, String topicId) {
    String id =
        String.join(
            "/",
            stream,
            stage,
            "offset",
            topicId,
            Integer.toString(place.partition()),
            Long.toString(place.offset()));
    ObjectNode document = base(id, error);
    document.put("topic", place.topic());
    document.put("partition", place.partition());
    document.put("offset", place.offset());
    if (value.length <= maxBytes / 3 * 2) {
      document.put("value", Base64.getEncoder().encodeToString(value));
    } else {
      omitted(document, value.length, place);
    }
    return new Letter(id, bytes(document));
  }

  private ObjectNode base(String id, ErrorInfo error) {
    ObjectNode document = JSON.objectNode();
    document.put("id", id);
    document.put("stream", stream);
    document.put("stage", stage);
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
