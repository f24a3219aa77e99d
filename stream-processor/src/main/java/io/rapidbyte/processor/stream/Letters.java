package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.dead.LetterJson;
import io.rapidbyte.schemas.dead.LetterJson.Letter;
import io.rapidbyte.schemas.dead.LetterJson.Place;
import io.rapidbyte.schemas.dead.LetterJson.Refused;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Position;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** Rows and records that cannot be worked on, as records of the dead letter topic. */
final class Letters {
  /** The stage in a letter's id. */
  static final String STAGE = "process";

  private static final int HEADROOM = 64 * 1024;

  private final StreamPart part;
  private final LetterJson json;

  Letters(StreamPart part) {
    this.part = part;
    int bytes = part.pipeline().limits().recordBytes() - HEADROOM / 2;
    this.json = new LetterJson(part.stream(), STAGE, bytes);
  }

  /** The letter of a row. */
  Record<byte[], Out> of(Refused refused, Position position, Place place, long timestamp) {
    Letter letter = json.of(refused, place);
    return record(letter, refused.key(), refused.error(), position.toString(), timestamp);
  }

  /** The letter of a record that is none of ours. */
  Record<byte[], Out> of(byte[] value, ErrorInfo error, Place place, long timestamp) {
    return record(json.of(value, error, place, part.topicId()), "", error, "", timestamp);
  }

  private Record<byte[], Out> record(
      Letter letter, String key, ErrorInfo error, String position, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("rb-id", letter.id().getBytes(UTF_8));
    headers.add("rb-stream", part.stream().getBytes(UTF_8));
    headers.add("rb-stage", STAGE.getBytes(UTF_8));
    headers.add("rb-category", error.category().label().getBytes(UTF_8));
    headers.add("rb-code", error.code().getBytes(UTF_8));
    if (!position.isEmpty()) {
      headers.add("rb-position", position.getBytes(UTF_8));
    }
    Out out = new Out(part.letters(), Out.BY_KEY, letter.document());
    return new Record<>(key.getBytes(UTF_8), out, timestamp, headers);
  }
}
