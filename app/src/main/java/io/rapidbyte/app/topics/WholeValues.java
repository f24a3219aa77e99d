package io.rapidbyte.app.topics;

import io.rapidbyte.schemas.batch.RecordHeaders;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Puts the parts of values together, by partition. For one thread. */
public final class WholeValues {
  private final Map<Integer, ByteArrayOutputStream> parts = new HashMap<>();

  /** What the record says of itself. */
  public static RecordHeaders headers(ConsumerRecord<String, byte[]> record) {
    return RecordHeaders.parse(
        name -> {
          Header header = record.headers().lastHeader(name);
          return header == null ? null : header.value();
        });
  }

  /** The value that ends with this record; empty where more of it follows. */
  public Optional<byte[]> add(ConsumerRecord<String, byte[]> record, RecordHeaders headers) {
    RecordHeaders.Part part = headers.part();
    if (part == null) {
      return Optional.of(record.value());
    }
    ByteArrayOutputStream open =
        parts.computeIfAbsent(record.partition(), _ -> new ByteArrayOutputStream());
    if (part.index() == 1) {
      open.reset(); // a reader that began in the middle of a value
    }
    open.writeBytes(record.value());
    if (part.index() < part.count()) {
      return Optional.empty();
    }
    parts.remove(record.partition());
    return Optional.of(open.toByteArray());
  }
}
