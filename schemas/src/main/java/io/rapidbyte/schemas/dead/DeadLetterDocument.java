package io.rapidbyte.schemas.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it stands in a DLQ topic: JSON, readable with kcat, and headers that repeat what
 * a reader filters by.
 *
 * @param row the row's columns by name, as a person reads them
 * @param arrow a batch of just this row, for exact replay; null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are carried, never compared
public record DeadLetterDocument(
    DeadLetterId id, Op op, ErrorInfo error, ObjectNode row, byte @Nullable [] arrow) {
  public static final String HEADER_ID = "rb-id";
  public static final String HEADER_CATEGORY = "rb-category";
  public static final String HEADER_CODE = "rb-code";
  public static final String HEADER_STREAM = "rb-stream";
  public static final String HEADER_POSITION = "rb-position";

  /** The record's value. */
  public byte[] toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("id", id.toString());
    root.put("stream", id.stream());
    root.put("position", id.position().toString());
    root.put("generation", id.generation());
    root.put("op", String.valueOf((char) op.code()));
    root.put("stage", id.stage());
    if (id.destination() != null) {
      root.put("destination", id.destination());
    }
    ObjectNode reason = root.putObject("error");
    reason.put("category", error.category().label());
    reason.put("code", error.code());
    reason.put("message", error.message());
    reason.put("fix", error.fix());
    error.details().forEach(reason.putObject("details")::put);
    root.set("row", row);
    if (arrow != null) {
      root.put("arrow", arrow);
    }
    return root.toString().getBytes(UTF_8);
  }

  /** Hands each header to {@code sink}, name and value. */
  public void headers(BiConsumer<String, byte[]> sink) {
    sink.accept(HEADER_ID, id.toString().getBytes(UTF_8));
    sink.accept(HEADER_CATEGORY, error.category().label().getBytes(UTF_8));
    sink.accept(HEADER_CODE, error.code().getBytes(UTF_8));
    sink.accept(HEADER_STREAM, id.stream().getBytes(UTF_8));
    sink.accept(HEADER_POSITION, id.position().toString().getBytes(UTF_8));
  }
}
