package io.rapidbyte.wasm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a guest is told of a batch besides its rows. Clock and random numbers come from {@code lsn}
 * and {@code time}, so a part of a batch that is tried again takes those of the whole.
 *
 * @param time the commit time of its first change
 */
public record BatchMeta(String stream, RecordKind kind, int rows, Lsn lsn, Instant time) {
  /** No batch: what {@code rb_open} and {@code rb_schema} see. */
  static final BatchMeta NONE = new BatchMeta("", RecordKind.SCHEMA, 0, Lsn.ZERO, Instant.EPOCH);

  /** For {@code rb_transform} and {@code rb_write}. */
  byte[] json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stream", stream);
    json.put("kind", kind.label());
    json.put("rows", rows);
    json.put("lsn", lsn.toString());
    json.put("time_us", ChronoUnit.MICROS.between(Instant.EPOCH, time));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
